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
        var spoken = sentences.Select(sentence => Words(sentence.Text).ToHashSet(StringComparer.OrdinalIgnoreCase)).ToList();
        var found = new double?[items.Count];
        var next = 0;
        for (var i = 0; i < items.Count; i++)
        {
            if (BestSentence(Words(items[i]).Take(MaxWords).ToList(), spoken, next) is { } sentence)
            {
                found[i] = sentences[sentence].Start;
                next = sentence;
            }
        }

        return Spread(found, sentences.IsEmpty ? 0 : sentences[0].Start, sentences.IsEmpty ? timing.Duration : sentences[^1].End, sentences);
    }

    private static int? BestSentence(List<string> words, List<HashSet<string>> spoken, int first)
    {
        int? best = null;
        var bestShare = MinShare;
        for (var i = first; i < spoken.Count && words.Count > 0; i++)
        {
            var share = words.Count(spoken[i].Contains) / (double)words.Count;
            if (share > bestShare || (share >= bestShare && best is null))
            {
                (best, bestShare) = (i, share);
            }
        }

        return best;
    }

    /// <summary>Items of the same sentence share its time; items that no sentence names stand evenly between their neighbours.</summary>
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
        sentences.FirstOrDefault(sentence => sentence.Start >= start)?.End ?? last;

    private static IEnumerable<string> Words(string text)
    {
        var start = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && char.IsLetterOrDigit(text[i]))
            {
                start = start < 0 ? i : start;
            }
            else if (start >= 0)
            {
                yield return text[start..i];
                start = -1;
            }
        }
    }
}
