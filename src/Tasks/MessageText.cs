namespace VideoGen.Tasks;

/// <summary>The length of errors, warnings and progress messages.</summary>
public static class MessageText
{
    /// <summary>What is longer than <see cref="Limits.MaxMessageLength"/> is cut, and ends in an ellipsis.</summary>
    public static string Cut(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length <= Limits.MaxMessageLength)
        {
            return text;
        }

        var end = Limits.MaxMessageLength - 1;
        return string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[end - 1]) ? end - 1 : end), "…");
    }
}
