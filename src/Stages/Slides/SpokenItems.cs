using System.Collections.Immutable;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Slides;

/// <summary>Finds out when the voice comes to each item of a slide, by the words that the item and the sentences share.</summary>
internal static class SpokenItems
{
    /// <summary>The share of an item's words that a sentence must have.</summary>
    private const double MinShare = 0.5;

    /// <summary>How many words of an item count.</summary>
    private const int MaxWords = 12;

    /// <summary>Seconds of the scene at which each item begins to be spoken; they never fall.</summary>
    public static ImmutableArray<double> Starts(IReadOnlyList<string> items, VoiceTiming timing)
    {
        var sentences = timing.Sentences;
        return Spread(
            [.. Find(items, timing)], sentences.IsEmpty ? 0 : sentences[0].Start, sentences.IsEmpty ? timing.Duration : sentences[^1].End, sentences);
    }

    /// <summary>The same; null for what the voice does not come to.</summary>
    public static IEnumerable<double?> Find(IReadOnlyList<string> items, VoiceTiming timing)
    {
        var sentences = timing.Sentences.Select(SpokenSentence.Of).ToList();
        var (next, after) = (0, 0.0);
        var found = new List<double?>();
        foreach (var item in items)
        {
            var words = SpokenSentence.WordsOf(item).Take(MaxWords).Select(word => word.Text).ToList();
            if (Best(words, sentences, next) is { } best)
            {
                after = Math.Max(after, sentences[best].StartOf(words));
                found.Add(after);
                next = best;
            }
            else
            {
                found.Add(null);
            }
        }

        return found;
    }

    private static int? Best(List<string> words, List<SpokenSentence> sentences, int first)
    {
        int? best = null;
        var bestShare = MinShare;
        for (var i = first; i < sentences.Count && words.Count > 0; i++)
        {
            var share = words.Count(sentences[i].Has) / (double)words.Count;
            if (share > bestShare || (share >= bestShare && best is null))
            {
                (best, bestShare) = (i, share);
            }
        }

        return best;
    }

    /// <summary>Items of the same moment share what is left of their sentence; items that no sentence names stand evenly between their neighbours.</summary>
    private static ImmutableArray<double> Spread(double?[] found, double first, double last, ImmutableArray<TimedSentence> sentences)
    {
        var starts = ImmutableArray.CreateBuilder<double>(found.Length);
        for (var i = 0; i < found.Length;)
        {
            var begin = found[i] ?? (i == 0 ? first : starts[i - 1]);
            var run = 1;
            while (i + run < found.Length && (found[i + run] is null || found[i + run] == found[i]))
            {
                run++;
            }

            var end = i + run < found.Length ? found[i + run]!.Value
                : found[i] is { } start && found[i + run - 1] == start ? EndOf(start, sentences, last)
                : last;
            for (var k = 0; k < run; k++)
            {
                starts.Add(begin + (Math.Max(0, end - begin) * k / run));
            }

            i += run;
        }

        return starts.ToImmutable();
    }

    private static double EndOf(double start, ImmutableArray<TimedSentence> sentences, double last) =>
        sentences.LastOrDefault(sentence => sentence.Start <= start + 0.001)?.End ?? last;
}
