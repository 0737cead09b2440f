using System.Text;
using HarfBuzzSharp;

namespace VideoGen.Stages.Text;

/// <summary>
/// Text in its composed form (NFC) and its decomposed one (NFD), by UAX #15. The runtime leaves text as it is while it knows no cultures; HarfBuzz brings the
/// tables of Unicode.
/// </summary>
internal static class NormalForms
{
    /// <summary>No character before this one has another form.</summary>
    private const char FirstMark = '\u0300';

    /// <summary>A letter and its marks are one character where Unicode has one for them.</summary>
    public static string Composed(string text)
    {
        if (text.AsSpan().IndexOfAnyExceptInRange('\0', (char)(FirstMark - 1)) < 0)
        {
            return text;
        }

        var composed = new List<Rune>(text.Length);
        var (starter, lastClass) = (-1, 0);
        foreach (var rune in Decomposed(text))
        {
            var of = ClassOf(rune);

            // A mark reaches its letter past others whose class is lower; what is no mark, only the letter right before it.
            if (starter >= 0 && (starter == composed.Count - 1 || lastClass < of)
                && UnicodeFunctions.Default.TryCompose(composed[starter].Value, rune.Value, out var both))
            {
                composed[starter] = new Rune(both);
                continue;
            }

            starter = of == 0 ? composed.Count : starter;
            lastClass = of;
            composed.Add(rune);
        }

        var result = new StringBuilder(text.Length);
        foreach (var rune in composed)
        {
            result.Append(rune);
        }

        return result.ToString();
    }

    /// <summary>Each letter and each of its marks is a character.</summary>
    public static IReadOnlyList<Rune> Decomposed(string text)
    {
        var runes = new List<Rune>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            Add(runes, rune.Value);
        }

        Order(runes);
        return runes;
    }

    private static void Add(List<Rune> runes, int character)
    {
        if (character > 0x7F && UnicodeFunctions.Default.TryDecompose(character, out var first, out var second) && first != character)
        {
            Add(runes, first);
            if (second != 0)
            {
                Add(runes, second);
            }
        }
        else
        {
            runes.Add(new Rune(character));
        }
    }

    /// <summary>Marks on one letter stand in the order of their classes (UAX #15).</summary>
    private static void Order(List<Rune> runes)
    {
        for (var start = 0; start < runes.Count; start++)
        {
            var end = start;
            while (end < runes.Count && ClassOf(runes[end]) > 0)
            {
                end++;
            }

            if (end - start > 1)
            {
                var ordered = runes[start..end].OrderBy(ClassOf).ToList();
                ordered.ForEach(mark => runes[start++] = mark);
            }

            start = Math.Max(start, end);
        }
    }

    private static int ClassOf(Rune rune) => rune.IsAscii ? 0 : (int)UnicodeFunctions.Default.GetCombiningClass(rune.Value);
}
