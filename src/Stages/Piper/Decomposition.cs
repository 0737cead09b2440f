using System.Text;
using HarfBuzzSharp;

namespace VideoGen.Stages.Piper;

/// <summary>Text in its decomposed form (NFD). The runtime has none while it knows no cultures, and HarfBuzz brings the tables of Unicode.</summary>
internal static class Decomposition
{
    public static IReadOnlyList<Rune> Of(string text)
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
