using System.Collections.Immutable;
using System.Text.RegularExpressions;
using VideoGen.Stages.Text;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Scenes;

/// <summary>
/// What a slide shows of a text that the voice says whole: up to three phrases in the text's own words and order. Who hears and reads the same sentence at
/// once takes in less of it.
/// </summary>
/// <param name="language">BCP 47: English has a list of words that mean little by themselves; elsewhere short words are taken for such.</param>
internal sealed partial class KeyPhrases(string language)
{
    public const int MaxPoints = 3;

    /// <summary>The most words of a phrase, and of a short text that is shown whole.</summary>
    private const int MaxWords = 7;
    private const int MaxItemWords = 9;

    /// <summary>The widest phrase of a script that is written without spaces.</summary>
    private const int MaxWideWidth = 36;

    private const int VerseLines = 3;
    private const int VerseWords = 9;

    /// <summary>The greatest width of a sentence that stays whole.</summary>
    private const int MaxSentence = 800;

    private static readonly HashSet<string> EnglishWeak = new(
        ("a an the this that these those it its he she they them his her their we us our you your i me my and or but nor so yet if then than as at by for from "
        + "in into of off on onto out over to up with without about after before between through under until upon while during is are was were be been being "
        + "am do does did done has have had having can could may might must shall should will would not no only also just very too such any some each every "
        + "all both few more most other same own there here when where why how what which who whom whose because since though although however therefore thus "
        + "out again once let lets s t")
            .Split(' '),
        StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> Boundaries = new(
        "of in on at by for from with to that which who where when how as under into if because so than until while without about through".Split(' '),
        StringComparer.OrdinalIgnoreCase);

    private readonly bool _isEnglish = language.Split('-')[0].Equals("en", StringComparison.OrdinalIgnoreCase);

    /// <summary>The phrases of a scene's paragraphs; null where the lines are better shown as they stand, as those of a poem are.</summary>
    public ImmutableArray<ScenePoint>? Of(IReadOnlyList<string> paragraphs)
    {
        if (paragraphs.Count >= VerseLines && paragraphs.All(line => line.Split(' ').Length <= VerseWords && TextWidth.Of(line) <= 62))
        {
            return null;
        }

        var sentences = paragraphs.SelectMany(WholeSentences).ToList();
        var counts = sentences.SelectMany(Words).Where(IsStrong).GroupBy(word => word, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(group => group.Key, group => group.Count(), StringComparer.OrdinalIgnoreCase);
        var candidates = sentences
            .SelectMany((sentence, at) => Clauses(sentence).Select(clause => Candidate(clause, at, counts)))
            .OfType<Phrase>()
            .ToList();
        var chosen = new List<Phrase>();
        foreach (var phrase in candidates.GroupBy(phrase => phrase.Sentence).Select(group => group.MaxBy(phrase => phrase.Score)!)
            .Concat(sentences.Count < MaxPoints ? candidates : []).OrderByDescending(phrase => phrase.Score))
        {
            if (chosen.Count < MaxPoints && !chosen.Exists(other => Overlap(other, phrase)))
            {
                chosen.Add(phrase);
            }
        }

        var ordered = chosen
            .OrderBy(phrase => phrase.Sentence)
            .ThenBy(phrase => sentences[phrase.Sentence].IndexOf(phrase.Text, StringComparison.Ordinal));
        ImmutableArray<ScenePoint> points = [.. ordered.Select(phrase => new ScenePoint(Capital(phrase.Text), NumberIn(phrase.Text)))];
        return points.IsEmpty ? null : points;
    }

    /// <summary>The short form of a list's item: its name or first clause, where it is long.</summary>
    public string ShortItem(string item)
    {
        var text = item.Trim();
        if (text.Split(' ').Length <= MaxItemWords && TextWidth.Of(text) <= 62)
        {
            return text;
        }

        var head = HeadMark().Match(text) is { Success: true } mark ? text[..mark.Index].Trim() : text;
        if (head.Length > 0 && head.Split(' ').Length <= MaxItemWords && TextWidth.Of(head) <= 62)
        {
            return head;
        }

        // Of an item, its beginning says best what it is about.
        var words = Clauses(text).FirstOrDefault()?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        var windows = Windows(words).ToList();
        var clause = windows
            .Where(window => window.Start.Equals(windows[0].Start) && window.End.Value - window.Start.Value > 2)
            .Select(window => Rate(words[window], 0, []))
            .LastOrDefault() ?? Candidate(string.Join(' ', words), 0, []);
        return clause is null ? text : Capital(clause.Text);
    }

    /// <summary>The sentences of a paragraph. One that is longer than several slides could hold is split all the same.</summary>
    public static IReadOnlyList<string> WholeSentences(string paragraph) => Sentences.Split(paragraph, MaxSentence);

    private IEnumerable<string> Clauses(string sentence)
    {
        var text = sentence.Trim().TrimEnd('.', '!', '…', '。', '！', ' ');
        if (text.Split(' ').Length <= MaxWords)
        {
            return text.Any(char.IsLetterOrDigit) ? [text] : [];
        }

        return (_isEnglish ? EnglishBreak() : AnyBreak()).Split(text).Where(part => part.Any(char.IsLetterOrDigit));
    }

    private Phrase? Candidate(string clause, int sentence, Dictionary<string, int> counts)
    {
        var words = clause.Trim().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length <= 1 && TextWidth.Of(clause) > clause.Length * 1.4)
        {
            return TextWidth.Of(clause) <= MaxWideWidth ? new Phrase(clause.Trim(), sentence, clause.Length / 8.0, []) : null;
        }

        return Windows(words)
            .Select(window => Rate(words[window], sentence, counts))
            .OfType<Phrase>()
            .MaxBy(phrase => phrase.Score);
    }

    /// <summary>
    /// The parts of a clause that can stand by themselves: the whole where it is short, else a beginning that ends before a preposition, or an end that
    /// begins after one.
    /// </summary>
    private IEnumerable<Range> Windows(string[] words)
    {
        var first = 0;
        while (first < words.Length - 1 && IsFiller(words[first]))
        {
            first++;
        }

        if (words.Length - first <= MaxWords)
        {
            yield return first..words.Length;
            yield break;
        }

        for (var end = first + 2; end <= Math.Min(first + MaxWords, words.Length - 1); end++)
        {
            if (IsBoundary(words[end]) && IsStrong(Bare(words[end - 1])))
            {
                yield return first..end;
            }
        }

        for (var start = Math.Max(first + 1, words.Length - MaxWords); start < words.Length - 1; start++)
        {
            if (IsBoundary(words[start - 1]) && !IsFiller(words[start]))
            {
                yield return start..words.Length;
            }
            else if (IsFiller(words[start - 1]) && start > 1 && IsBoundary(words[start - 2]) && !IsVerb(words[start - 1]) && !IsFiller(words[start]))
            {
                yield return start..words.Length;
            }
        }
    }

    private Phrase? Rate(string[] words, int sentence, Dictionary<string, int> counts)
    {
        var strong = words.Select(Bare).Where(IsStrong).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var score = strong.Sum(word => Weight(word, counts)) - (0.25 * (words.Length - strong.Count));
        var text = string.Join(' ', words).Trim(',', ';', ':', '"', '“', '”', '(', ')', ' ');
        var isFragment = words.Length <= 3 && strong.Count < 2 && IsBoundary(words[^1]);
        return strong.Count == 0 || isFragment || (words.Length == 1 && !char.IsDigit(words[0][0])) ? null : new Phrase(text, sentence, score, strong);
    }

    /// <summary>A word that a phrase need not begin with.</summary>
    private bool IsFiller(string word) => !IsStrong(Bare(word)) && Bare(word).ToLowerInvariant() is not ("not" or "no" or "never" or "all" or "only" or "once");

    /// <summary>A word that begins a part of a sentence which the rest can do without.</summary>
    private bool IsBoundary(string word) => _isEnglish ? Boundaries.Contains(Bare(word)) : Bare(word).Length is > 0 and <= 3;

    private static bool IsVerb(string word) => Bare(word).ToLowerInvariant() is "is" or "are" or "was" or "were" or "be" or "been" or "has" or "have" or "had";

    private static double Weight(string word, Dictionary<string, int> counts) =>
        1 + (0.4 * Math.Log(counts.GetValueOrDefault(word, 1))) + (char.IsDigit(word[0]) ? 0.7 : 0) + (word.Length >= 7 ? 0.2 : 0);

    private static bool Overlap(Phrase one, Phrase other) =>
        one.Text == other.Text || (one.Strong.Count > 0 && one.Strong.Count(other.Strong.Contains) * 2 > Math.Min(one.Strong.Count, other.Strong.Count));

    private bool IsStrong(string word) => word.Length > 0 && (_isEnglish ? !EnglishWeak.Contains(word) : word.Length > 3 || char.IsDigit(word[0]));

    private static IEnumerable<string> Words(string text) => text.Split(' ').Select(Bare).Where(word => word.Length > 0);

    private static string Bare(string word) => word.Trim('.', ',', ';', ':', '!', '?', '"', '“', '”', '‘', '’', '(', ')', '[', ']', '«', '»', '—', '–', '…');

    private static string Capital(string text) => text.Length > 0 && char.IsLower(text[0]) ? char.ToUpperInvariant(text[0]) + text[1..] : text;

    /// <summary>The number in a phrase that is worth standing large: not a year, and no part of a name.</summary>
    public static string? NumberIn(string phrase)
    {
        var numbers = LargeNumber().Matches(phrase);
        return numbers is [{ Value: var number, Index: var at }] && !Year().IsMatch(number) && !Label().IsMatch(phrase[..at])
            ? number.Trim('.', ',', ' ')
            : null;
    }

    [GeneratedRegex(@"\s*[,;:()]\s+|\s+[—–-]+\s+|\s*[、，；：]\s*|[()]|\s+(?:and|but|so that|because|until|unless|then)\s+")]
    private static partial Regex EnglishBreak();

    [GeneratedRegex(@"\s*[,;:()،؛]\s+|\s+[—–-]+\s+|\s*[、，；：]\s*|[()]")]
    private static partial Regex AnyBreak();

    [GeneratedRegex(@"(?<=\w)[:：]\s|\s[—–]\s|(?<=\w{2})[.;]\s|(?<=\w)\s\(")]
    private static partial Regex HeadMark();


    [GeneratedRegex(
        @"(?<![\w.,/-])[$€£¥]?\d[\d.,]*(?:\s?(?:%|percent\b|million\b|billion\b|[kMGT]?B\b|ms\b|[mck]?m\b|mm\b|m?l\b|k?g\b|°C\b|€))?"
        + @"(?![\w/⁰¹²³⁴-⁹⁻^×-])")]
    private static partial Regex LargeNumber();

    [GeneratedRegex(@"^(1\d{3}|20\d\d)\.?$")]
    private static partial Regex Year();

    [GeneratedRegex(@"\b(version|v|port|page|chapter|step|line|number|no\.?|part|figure|table|issue|phase|level|section|item)\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex Label();

    /// <param name="Text">As it stands.</param>
    /// <param name="Sentence">Which one it is from.</param>
    /// <param name="Score">How much it says.</param>
    /// <param name="Strong">Its words that mean something by themselves.</param>
    private sealed record Phrase(string Text, int Sentence, double Score, HashSet<string> Strong);
}
