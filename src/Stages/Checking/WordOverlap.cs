using System.Collections.Immutable;

namespace VideoGen.Stages.Checking;

/// <summary>How much of what is said stands on the picture while it is said: who hears and reads the same takes in less of it.</summary>
internal static class WordOverlap
{
    /// <summary>The share of spoken words that are in the picture nearest to them; null where nothing is said.</summary>
    public static double? Of(ImmutableArray<ReadWord> words, ImmutableArray<FilmCaption> captions)
    {
        var pictures = words.GroupBy(word => word.Time).ToDictionary(
            group => group.Key, group => group.SelectMany(word => Split(word.Text)).ToHashSet(StringComparer.OrdinalIgnoreCase));
        var (spoken, both) = (0, 0);
        foreach (var caption in captions)
        {
            var middle = (caption.Start + caption.End) / 2;
            var picture = pictures.MinBy(entry => Math.Abs(entry.Key - middle)).Value;
            foreach (var word in Split(caption.Text))
            {
                spoken++;
                both += picture.Contains(word) ? 1 : 0;
            }
        }

        return spoken == 0 ? null : both / (double)spoken;
    }

    public static IEnumerable<string> Split(string text) =>
        new string([.. text.Select(c => char.IsLetterOrDigit(c) ? char.ToLowerInvariant(c) : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
