using System.Collections.Immutable;
using System.Text;

namespace VideoGen.Stages.Captions;

/// <summary>
/// Parts what is said in a scene into captions: of all ways it takes the one that costs least. It costs to be read too fast, to be gone too soon, to
/// stay too long, to part
/// words that belong together, and to put two sentences into one caption.
/// </summary>
internal sealed class CaptionPlan(IReadOnlyList<CaptionWord> words, double sceneEnd, int frameRate)
{
    /// <summary>Letters a second that are read without haste.</summary>
    private const double Speed = 17;

    private const double MaxSpeed = 20;

    /// <summary>Seconds that a caption may stay when its words are over.</summary>
    private const double MaxLinger = 1.5;

    private const double CaptionCost = 10;
    private const double MixedCost = 26;
    private const double LineCost = 0.25;

    /// <summary>The least time, in seconds, that words are on the screen for; those that are not said have none of their own.</summary>
    private const double Instant = 0.001;

    private readonly double _gap = Caption.GapFrames / (double)frameRate;

    public IEnumerable<Caption> Captions()
    {
        var best = new double[words.Count + 1];
        var from = new int[words.Count + 1];
        Array.Fill(best, double.PositiveInfinity, 1, words.Count);
        for (var start = 0; start < words.Count; start++)
        {
            var width = 0;
            for (var end = start + 1; end <= words.Count; end++)
            {
                width += words[end - 1].Width + (end - 1 > start && words[end - 1].HasSpace ? 1 : 0);
                if (end > start + 1 && width > Caption.MaxLines * Caption.MaxLineWidth)
                {
                    break;
                }

                if (LineBreak(start, end) is { } line && best[start] + CostOf(start, end, width) + (line.Cost * LineCost) is var cost && cost < best[end])
                {
                    (best[end], from[end]) = (cost, start);
                }
            }
        }

        var ends = new Stack<int>();
        for (var end = words.Count; end > 0; end = from[end])
        {
            ends.Push(end);
        }

        var begin = 0;
        foreach (var end in ends)
        {
            yield return Make(begin, end);
            begin = end;
        }
    }

    /// <summary>When the caption is gone: before the next one, and not long after its words.</summary>
    private double EndOf(int start, int end)
    {
        var next = end < words.Count ? words[end].Start : sceneEnd;
        var wanted = Math.Max(words[end - 1].End + MaxLinger, words[start].Start + Caption.MinDuration);
        return Math.Min(next, Math.Max(Math.Min(Math.Min(wanted, next - _gap), words[start].Start + Caption.MaxDuration), words[start].Start + Instant));
    }

    private double CostOf(int start, int end, int width)
    {
        var duration = EndOf(start, end) - words[start].Start;
        var spoken = words[end - 1].End - words[start].Start;
        var speed = width / Math.Max(duration, Instant);
        var cost = CaptionCost + (end == words.Count ? 0 : CaptionBreaks.CostBehind(words[end - 1], words[end]));
        cost += duration < Caption.MinDuration ? 400 + (800 * (Caption.MinDuration - duration)) : 0;
        cost += spoken > Caption.MaxDuration ? 400 * (spoken - Caption.MaxDuration) : 0;
        cost += speed > Speed ? 30 + (20 * (speed - Speed)) : 0;
        cost += speed > MaxSpeed ? 300 + (60 * (speed - MaxSpeed)) : 0;
        for (var i = start; i < end - 1; i++)
        {
            cost += words[i].EndsSentence ? MixedCost : 0;
        }

        return cost;
    }

    /// <summary>Where the second line begins, or the end where one line is enough; null where two lines cannot hold it.</summary>
    private (int At, double Cost)? LineBreak(int start, int end)
    {
        var total = WidthOf(start, end);
        if (total <= Caption.MaxLineWidth)
        {
            // Two sentences stand in a line each.
            for (var i = start; i < end - 1; i++)
            {
                if (words[i].EndsSentence)
                {
                    return (i + 1, 0);
                }
            }

            return (end, 0);
        }

        (int At, double Cost)? best = null;
        var width = 0;
        for (var at = start + 1; at < end; at++)
        {
            width += words[at - 1].Width + (at - 1 > start && words[at - 1].HasSpace ? 1 : 0);
            var below = total - width - (words[at].HasSpace ? 1 : 0);
            if (width > Caption.MaxLineWidth || below > Caption.MaxLineWidth)
            {
                continue;
            }

            var cost = CaptionBreaks.CostBehind(words[at - 1], words[at]) + (Math.Abs(below - width) * 0.4);
            best = best is null || cost < best.Value.Cost ? (at, cost) : best;
        }

        return best ?? (end == start + 1 ? (end, 0) : null);
    }

    private int WidthOf(int start, int end)
    {
        var width = 0;
        for (var i = start; i < end; i++)
        {
            width += words[i].Width + (i > start && words[i].HasSpace ? 1 : 0);
        }

        return width;
    }

    private Caption Make(int start, int end)
    {
        var line = LineBreak(start, end)!.Value.At;
        ImmutableArray<string> lines = line >= end ? [TextOf(start, end)] : [TextOf(start, line), TextOf(line, end)];
        return new Caption(ToTime(words[start].Start), ToTime(EndOf(start, end)), lines);
    }

    private string TextOf(int start, int end)
    {
        var text = new StringBuilder();
        for (var i = start; i < end; i++)
        {
            text.Append(i > start && (words[i].HasSpace || words[i - 1].EndsSentence) ? " " : "").Append(words[i].Text);
        }

        return text.ToString();
    }

    /// <summary>Rounds to whole milliseconds, the precision of both file formats.</summary>
    private static TimeSpan ToTime(double seconds) => TimeSpan.FromMilliseconds(Math.Round(seconds * 1000));
}
