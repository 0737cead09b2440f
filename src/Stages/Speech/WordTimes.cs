using System.Collections.Immutable;
using System.Globalization;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Speech;

/// <summary>Brings the times of what an engine said to the words of the caption.</summary>
internal static class WordTimes
{
    /// <summary>Longer sentences than any that are spoken in one breath.</summary>
    private const int MaxWords = 400;

    /// <summary>Reads what <see cref="FestivalSpeaker"/> wrote; a time of 0 is unknown, and is that of the neighbour.</summary>
    public static ImmutableArray<TimedWord> Read(string lines)
    {
        var words = new List<TimedWord>();
        foreach (var line in lines.Split('\n'))
        {
            if (line.Split(' ', 3) is [var start, var end, var text]
                && double.TryParse(start, CultureInfo.InvariantCulture, out var from) && double.TryParse(end, CultureInfo.InvariantCulture, out var to))
            {
                words.Add(new TimedWord(text, from, to));
            }
        }

        for (var i = 0; i < words.Count; i++)
        {
            var start = words[i].Start > 0 || i == 0 ? words[i].Start : words[i - 1].End;
            var next = i + 1 < words.Count && words[i + 1].Start > 0 ? words[i + 1].Start : start + 0.3;
            words[i] = words[i] with { Start = start, End = words[i].End > start ? words[i].End : Math.Max(next, start) };
        }

        return [.. words];
    }

    /// <summary>
    /// A time for each word of the caption: that of the same word as it was said; between two such words each has its share. Null where nothing is the same.
    /// </summary>
    public static ImmutableArray<TimedWord>? Align(string caption, ImmutableArray<TimedWord> said)
    {
        var words = caption.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is 0 or > MaxWords || said.Length is 0 or > MaxWords)
        {
            return null;
        }

        var matches = Matches([.. words.Select(Bare)], [.. said.Select(word => Bare(word.Text))]);
        if (matches.Count == 0)
        {
            return null;
        }

        var timed = new TimedWord[words.Length];
        for (var i = 0; i < words.Length;)
        {
            if (matches.TryGetValue(i, out var at))
            {
                timed[i] = new TimedWord(words[i], said[at].Start, said[at].End);
                i++;
                continue;
            }

            var end = i + 1;
            while (end < words.Length && !matches.ContainsKey(end))
            {
                end++;
            }

            var from = i == 0 ? said[0].Start : timed[i - 1].End;
            var to = end < words.Length ? said[matches[end]].Start : Math.Max(from, said[^1].End);
            for (var k = i; k < end; k++)
            {
                timed[k] = new TimedWord(words[k], from + ((to - from) * (k - i) / (end - i)), from + ((to - from) * (k - i + 1) / (end - i)));
            }

            i = end;
        }

        return [.. timed];
    }

    /// <summary>The longest common sequence: of each word of the first the place of the same one in the second.</summary>
    private static Dictionary<int, int> Matches(string[] words, string[] said)
    {
        var length = new int[words.Length + 1, said.Length + 1];
        for (var i = words.Length - 1; i >= 0; i--)
        {
            for (var k = said.Length - 1; k >= 0; k--)
            {
                length[i, k] = words[i].Length > 0 && words[i] == said[k] ? length[i + 1, k + 1] + 1 : Math.Max(length[i + 1, k], length[i, k + 1]);
            }
        }

        var matches = new Dictionary<int, int>();
        for (int i = 0, k = 0; i < words.Length && k < said.Length;)
        {
            if (words[i].Length > 0 && words[i] == said[k])
            {
                matches[i++] = k++;
            }
            else if (length[i + 1, k] >= length[i, k + 1])
            {
                i++;
            }
            else
            {
                k++;
            }
        }

        return matches;
    }

    private static string Bare(string word) => string.Concat(SpeakableText.ToAscii(word).Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
}
