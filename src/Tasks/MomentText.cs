using System.Globalization;

namespace VideoGen.Tasks;

/// <summary>A moment as callers write it: a time of RFC 3339, which has its distance from UTC, such as <c>2026-11-27T14:00:00Z</c>.</summary>
public static class MomentText
{
    /// <summary>What a message says that a moment looks like.</summary>
    public const string Form = "a time as RFC 3339 writes it, such as 2026-11-27T14:00:00Z";

    /// <summary>More characters no time has.</summary>
    private const int MaxLength = 40;

    private static readonly string[] Forms =
        ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    public static bool TryParse(string? text, out DateTimeOffset moment)
    {
        moment = default;
        return text is { Length: <= MaxLength } && DateTimeOffset.TryParseExact(
            text.ToUpperInvariant(), Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out moment);
    }
}
