using System.Text.RegularExpressions;
using VideoGen.Stages.Dialects;

namespace VideoGen.Stages.Documents;

/// <summary>Raised and lowered text, in Unicode's own signs where there are some: 10⁶, H₂O. Where there are none, a caret keeps the meaning.</summary>
internal static partial class Powers
{
    public static string Raise(string text) => text.Trim() switch
    {
        "" => "",
        "st" or "nd" or "rd" or "th" or "er" or "re" or "e" or "o" or "a" => text,
        "TM" or "tm" => "™",
        "R" or "®" => "®",
        var inner when TexText.Raise(inner) is { } raised => raised,
        var inner when inner[0] is '[' or '(' or '*' || !char.IsLetterOrDigit(inner[0]) => "",
        var inner => inner.Length == 1 ? $"^{inner}" : $"^({inner})",
    };

    public static string Lower(string text) => TexText.Lower(text) ?? (text.Trim().Length == 0 ? "" : $"_{text.Trim()}");

    /// <summary>What marks within plain text raise or lower: <c>10^6</c>, <c>x^2^</c>, <c>H~2~O</c>.</summary>
    public static string Read(string text)
    {
        if (text.Contains('^', StringComparison.Ordinal))
        {
            text = Raised().Replace(text, match => TexText.Raise(match.Groups["text"].Value) ?? match.Value);
            text = Caret().Replace(text, match => TexText.Raise(match.Groups["text"].Value) ?? match.Value);
        }

        return text.Contains('~', StringComparison.Ordinal) ? Lowered().Replace(text, match => TexText.Lower(match.Groups["text"].Value) ?? match.Value) : text;
    }

    [GeneratedRegex(@"(?<=[\p{L}\d)\]])\^(?<text>[^\s^]{1,20})\^", RegexOptions.ExplicitCapture)]
    private static partial Regex Raised();

    [GeneratedRegex(
        @"(?<=[\d)\]]|(?<![\p{L}\d_])\p{L}|(?<![\p{L}\d_])(?:[kcmµ]?m|s|in|ft))"
        + @"\^(?:\{(?<text>[-−+]?[\dn]{1,9})\}|\((?<text>[-−+]?[\dn]{1,9})\)|(?<text>[-−+]?(?:\d{1,9}|n)))(?![\w^])",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Caret();

    [GeneratedRegex(@"(?<=[\p{L}\d)\]])~(?<text>[^\s~]{1,20})~", RegexOptions.ExplicitCapture)]
    private static partial Regex Lowered();
}
