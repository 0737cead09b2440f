namespace VideoGen.Tasks;

/// <summary>
/// What all names that a caller gives have in common: they end up in logs, on terminals and in headers, where a control character would end the line or steer
/// what comes after it.
/// </summary>
public static class NameText
{
    /// <summary>Characters of a malformed name that a message shows.</summary>
    private const int MaxShown = 64;

    /// <summary>Whether the text has 1 to that many characters, none of them a control character.</summary>
    public static bool IsPlain(string? text, int maxLength) => text is { Length: >= 1 } && text.Length <= maxLength && !HasControl(text);

    public static bool HasControl(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var c in text)
        {
            if (char.IsControl(c))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The beginning of a text that may be anything, for a message.</summary>
    internal static string Printable(string text) => string.Concat(text.Take(MaxShown).Select(c => char.IsControl(c) ? '?' : c));

    /// <summary>Whether a part of the path leads somewhere else than down: <c>..</c>, or one that a system takes for another root.</summary>
    internal static bool LeavesItsFolder(string path) =>
        path.StartsWith('/') || path.Contains('\\', StringComparison.Ordinal) || path.Split('/').Any(part => part is "." or "..");
}
