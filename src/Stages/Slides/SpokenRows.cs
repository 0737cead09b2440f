using System.Collections.Immutable;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Slides;

/// <summary>Which row of a table the voice speaks of, and from when: the one whose name it says.</summary>
internal static class SpokenRows
{
    /// <summary>A name is told by its first words.</summary>
    private const int MaxWords = 6;

    /// <summary>Moments in order. A row of null is none: what is said then is about the whole.</summary>
    public static ImmutableArray<(int? Row, double Start)> Of(ImmutableArray<ImmutableArray<string>> rows, VoiceTiming? timing)
    {
        if (timing is null)
        {
            return [];
        }

        var names = (RowNames.Of(rows)?.Names ?? [.. rows.Select(row => row.FirstOrDefault(cell => cell.Length > 0) ?? "")])
            .Select((name, row) => (Words: SpokenSentence.WordsOf(name).Take(MaxWords).Select(word => word.Text).ToArray(), Row: row))
            .Where(name => name.Words.Length > 0)
            .OrderByDescending(name => name.Words.Length)
            .ToList();
        var spoken = ImmutableArray.CreateBuilder<(int? Row, double Start)>();
        foreach (var sentence in timing.Sentences)
        {
            var before = spoken.Count;
            AddNamed(spoken, names, sentence);
            if (spoken.Count == before && spoken is [.., { Row: not null }])
            {
                spoken.Add((null, sentence.Start));
            }
        }

        return spoken.ToImmutable();
    }

    private static void AddNamed(ImmutableArray<(int? Row, double Start)>.Builder spoken, List<(string[] Words, int Row)> names, TimedSentence sentence)
    {
        var words = SpokenSentence.Of(sentence).Words;
        for (var i = 0; i < words.Count; i++)
        {
            // Of rows of one name, the next one is meant.
            var last = spoken.Count == 0 ? -1 : spoken[^1].Row ?? -1;
            var found = names.Where(name => StandsAt(words, i, name.Words)).ToList();
            if (found.Count == 0)
            {
                continue;
            }

            var row = found.Where(name => name.Words.Length == found[0].Words.Length).OrderBy(name => name.Row <= last).ThenBy(name => name.Row).First();
            if (last != row.Row)
            {
                spoken.Add((row.Row, words[i].Start));
            }

            if (i == 0 && sentence.Text.AsSpan(0, Math.Min(sentence.Text.Length, row.Words.Sum(word => word.Length) + row.Words.Length)).Contains(':'))
            {
                // "Tea: 7, 14" reads a row, and what else stands in it names no other.
                return;
            }

            i += row.Words.Length - 1;
        }
    }

    private static bool StandsAt(IReadOnlyList<(string Text, double Start)> words, int at, string[] name)
    {
        // A single letter is a name only as it is written, and not where a sentence begins with an article.
        var isArticle = name is [{ Length: 1 }] && at == 0 && words.Count > 1 && char.IsLower(words[1].Text[0]);
        if (isArticle || at + name.Length > words.Count)
        {
            return false;
        }

        var how = name is [{ Length: 1 }] ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        for (var i = 0; i < name.Length; i++)
        {
            if (!words[at + i].Text.Equals(name[i], how))
            {
                return false;
            }
        }

        return true;
    }
}
