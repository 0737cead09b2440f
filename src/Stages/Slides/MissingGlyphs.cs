using System.Collections.Immutable;
using System.Text;

namespace VideoGen.Stages.Slides;

/// <summary>Says which script has no font on this machine, and which package brings one.</summary>
internal static class MissingGlyphs
{
    private const int ShownCharacters = 4;
    private const string Noto = "fonts-noto-core";
    private const string Cjk = "fonts-noto-cjk";

    private static readonly (int First, int Last, string Script, string Package)[] Scripts =
    [
        (0x0370, 0x03FF, "Greek", Noto),
        (0x0400, 0x052F, "Cyrillic", Noto),
        (0x0530, 0x058F, "Armenian", Noto),
        (0x0590, 0x05FF, "Hebrew", Noto),
        (0x0600, 0x08FF, "Arabic", Noto),
        (0x0900, 0x097F, "Devanagari", Noto),
        (0x0980, 0x0DFF, "Indic", Noto),
        (0x0E00, 0x0EFF, "Thai or Lao", Noto),
        (0x0F00, 0x0FFF, "Tibetan", Noto),
        (0x1000, 0x109F, "Burmese", Noto),
        (0x10A0, 0x10FF, "Georgian", Noto),
        (0x1100, 0x11FF, "Korean", Cjk),
        (0x1200, 0x139F, "Ethiopic", Noto),
        (0x1780, 0x17FF, "Khmer", Noto),
        (0x2E80, 0x303F, "Chinese and Japanese", Cjk),
        (0x3040, 0x30FF, "Japanese", Cjk),
        (0x3100, 0x312F, "Chinese", Cjk),
        (0x3130, 0x318F, "Korean", Cjk),
        (0x3200, 0x9FFF, "Chinese and Japanese", Cjk),
        (0xA960, 0xD7FF, "Korean", Cjk),
        (0xF900, 0xFAFF, "Chinese and Japanese", Cjk),
        (0xFB1D, 0xFB4F, "Hebrew", Noto),
        (0xFB50, 0xFDFF, "Arabic", Noto),
        (0xFE30, 0xFE4F, "Chinese and Japanese", Cjk),
        (0xFE70, 0xFEFF, "Arabic", Noto),
        (0xFF00, 0xFFEF, "Chinese and Japanese", Cjk),
        (0x1F000, 0x1FAFF, "emoji", "fonts-noto-color-emoji"),
        (0x20000, 0x3FFFF, "Chinese and Japanese", Cjk),
    ];

    /// <summary>Those of the characters that somebody misses.</summary>
    public static ImmutableArray<string> Of(IEnumerable<Rune> missing) =>
        [
            .. missing.Where(rune => !Rune.IsControl(rune) && rune.Value is not (0xFFFD or 0xFEFF or (>= 0xE000 and <= 0xF8FF)))
                .Order().Select(rune => rune.ToString()),
        ];

    /// <summary>One warning for each script.</summary>
    public static IEnumerable<string> Warnings(ImmutableArray<string> missing) =>
        missing
            .Select(text => Rune.GetRuneAt(text, 0))
            .GroupBy(rune => ScriptOf(rune.Value))
            .OrderBy(group => group.Key.Script, StringComparer.Ordinal)
            .Select(group =>
            {
                var runes = group.OrderBy(rune => rune.Value).ToList();
                var shown = string.Join(' ', runes.Take(ShownCharacters)) + (runes.Count > ShownCharacters ? " …" : "");
                return $"No installed font has these characters ({group.Key.Script}): {shown}. Boxes stand in their place. "
                    + $"Install the package {group.Key.Package} on every worker, and retry the task from video_generation.";
            });

    private static (string Script, string Package) ScriptOf(int rune)
    {
        foreach (var (first, last, script, package) in Scripts)
        {
            if (rune >= first && rune <= last)
            {
                return (script, package);
            }
        }

        return ("other signs", "fonts-noto-core");
    }
}
