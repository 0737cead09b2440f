using VideoGen.Stages.Text;

namespace VideoGen.Stages.Documents;

/// <summary>The title of a plain text: a short first line by itself that is no sentence.</summary>
internal static class PlainTitle
{
    private const int MaxWidth = 60;
    private const int MaxWords = 9;

    public static Outline Take(Outline outline) =>
        outline.Sections is [{ Heading.Length: 0, Pieces: [ParagraphPiece first, _, ..] } section, .. var rest] && Is(first.Text)
            ? new Outline([section with { Heading = first.Text, Level = 1, Chapter = first.Text, Pieces = section.Pieces.RemoveAt(0) }, .. rest])
            : outline;

    private static bool Is(string text) =>
        TextWidth.Of(text) <= MaxWidth && !text.Contains('\n', StringComparison.Ordinal) && text.Split(' ').Length <= MaxWords
        && (char.IsLetterOrDigit(text[^1]) || text[^1] is ')' or '?' or '!') && text.FirstOrDefault(char.IsLetter) is var letter && letter != 0
        && !char.IsLower(letter);
}
