using VideoGen.Stages.Video;

namespace VideoGen.Stages.Slides;

/// <summary>A sentence of the voice, and when each of its words is heard.</summary>
internal sealed class SpokenSentence
{
    private readonly double _start;
    private readonly List<(string Text, double Start)> _words;
    private readonly HashSet<string> _set;

    private SpokenSentence(double start, List<(string Text, double Start)> words)
    {
        (_start, _words) = (start, words);
        _set = words.Select(word => word.Text).ToHashSet(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Where the voice did not say when it spoke its words, each has its share of the sentence's letters.</summary>
    public static SpokenSentence Of(TimedSentence sentence)
    {
        var length = Math.Max(1, sentence.Text.Length);
        return new SpokenSentence(sentence.Start, sentence.Words is { IsDefaultOrEmpty: false } words
            ? [.. words.SelectMany(word => WordsOf(word.Text).Select(part => (part.Text, word.Start)))]
            : [.. WordsOf(sentence.Text).Select(word => (word.Text, sentence.Start + ((sentence.End - sentence.Start) * word.At / length)))]);
    }

    /// <summary>In order, each with the second in which it begins.</summary>
    public IReadOnlyList<(string Text, double Start)> Words => _words;

    public bool Has(string word) => _set.Contains(word);

    /// <summary>When the voice comes to these words: to the first place in which most of them stand close together.</summary>
    public double StartOf(List<string> words)
    {
        var wanted = words.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var (best, bestCount) = (-1, 0);
        for (var i = 0; i < _words.Count; i++)
        {
            if (wanted.Contains(_words[i].Text)
                && _words.Skip(i).Take(words.Count + 2).Select(word => word.Text).Where(wanted.Contains).Distinct(StringComparer.OrdinalIgnoreCase).Count()
                    is var count && count > bestCount)
            {
                (best, bestCount) = (i, count);
            }
        }

        return best <= 0 ? _start : _words[best].Start;
    }

    /// <summary>The words of a text, and where they stand in it.</summary>
    public static IEnumerable<(string Text, int At)> WordsOf(string text)
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
                yield return (text[start..i], start);
                start = -1;
            }
        }
    }
}
