namespace VideoGen.Tasks;

/// <summary>The length of errors, warnings and progress messages.</summary>
public static class MessageText
{
    /// <summary>What is longer than <see cref="Limits.MaxMessageLength"/> is cut, and ends in an ellipsis.</summary>
    public static string Cut(string text) => Cut(text, Limits.MaxMessageLength);

    /// <summary>What is longer than that is cut, and ends in an ellipsis.</summary>
    public static string Cut(string text, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length <= maxLength)
        {
            return text;
        }

        var end = maxLength - 1;
        return string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[end - 1]) ? end - 1 : end), "…");
    }
}
