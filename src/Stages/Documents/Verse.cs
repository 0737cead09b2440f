using VideoGen.Stages.Text;

namespace VideoGen.Stages.Documents;

/// <summary>Tells verses from a text that an editor broke into lines: they are short, and break where the voice does.</summary>
internal static class Verse
{
    private const int MinLines = 3;
    private const int MaxWidth = 60;

    /// <summary>Of lines that may end without a mark.</summary>
    private const int MinPlainLines = 4;
    private const int MaxPlainWidth = 48;

    /// <summary>Shares of the lines that end with a mark, and at the end of a sentence. Where nearly all do that, each line is a sentence of prose.</summary>
    private const double MinMarked = 0.6;
    private const double MaxSentences = 0.75;

    public static bool Is(IReadOnlyList<string> lines)
    {
        if (lines.Count < MinLines || lines.Any(line => TextWidth.Of(line) > MaxWidth || !line.Any(char.IsLetter)))
        {
            return false;
        }

        var marked = lines.Count(line => line[^1] is '.' or ',' or ';' or ':' or '!' or '?' or '—' or '–' or '…' or '”' or '"') / (double)lines.Count;
        var sentences = lines.Count(line => line[^1] is '.' or '!' or '?') / (double)lines.Count;
        return marked >= MinMarked ? sentences < MaxSentences
            : lines.Count >= MinPlainLines && lines.All(line => TextWidth.Of(line) <= MaxPlainWidth && char.IsUpper(line.First(char.IsLetter)));
    }
}
