using System.Collections.Immutable;

namespace VideoGen.Stages.Piper;

/// <summary>A part of a sentence that is said in one go, and the mark that ends it, which a model reads as a phoneme.</summary>
/// <param name="Text">Without the mark.</param>
/// <param name="Mark">One of <c>. , ? ! ; :</c></param>
internal sealed record Clause(string Text, char Mark)
{
    private const string Closing = "\"'”’»)]}」』";

    /// <summary>
    /// The clauses of a sentence. A mark within a word ("3.5", "10:30") ends none, nor does a full stop within the sentence, which is that of an abbreviation.
    /// A sentence without a mark ends as with a full stop, so that the voice falls.
    /// </summary>
    public static ImmutableArray<Clause> Of(string sentence)
    {
        var clauses = ImmutableArray.CreateBuilder<Clause>();
        var start = 0;
        for (var i = 0; i < sentence.Length; i++)
        {
            if (MarkOf(sentence[i]) is not { } mark)
            {
                continue;
            }

            var end = i + 1;
            while (end < sentence.Length && (MarkOf(sentence[end]) is not null || Closing.Contains(sentence[end])))
            {
                // Of "?!" and "..." one mark is heard, and a question is one whatever stands beside it.
                mark = sentence[end] is '?' or '？' ? '?' : mark;
                end++;
            }

            var isLast = end == sentence.Length;
            if (isLast || (mark != '.' && (char.IsWhiteSpace(sentence[end]) || !char.IsAscii(sentence[i]))))
            {
                Add(clauses, sentence[start..i], mark);
                start = end;
            }

            i = end - 1;
        }

        Add(clauses, sentence[start..], '.');
        return clauses.ToImmutable();
    }

    private static void Add(ImmutableArray<Clause>.Builder clauses, string text, char mark)
    {
        if (text.Any(char.IsLetterOrDigit))
        {
            clauses.Add(new Clause(text.Trim(), mark));
        }
    }

    private static char? MarkOf(char c) => c switch
    {
        '.' or ',' or '?' or '!' or ';' or ':' => c,
        '。' or '…' or '।' => '.',
        '，' or '、' or '،' or '—' => ',',
        '？' or '؟' => '?',
        '！' => '!',
        '；' or '؛' => ';',
        '：' => ':',
        _ => null,
    };
}
