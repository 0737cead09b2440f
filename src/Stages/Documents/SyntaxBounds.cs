namespace VideoGen.Stages.Documents;

/// <summary>
/// Refuses, before it is parsed, what no person writes and what costs a parser too much time (S29). Measured: a parser's time grows with the square of the
/// marks in one paragraph, with the depth of indented lists, and with the columns of a table times its rows.
/// </summary>
internal static class SyntaxBounds
{
    /// <summary>The most columns of indentation before a list item.</summary>
    public const int MaxListIndent = 256;

    /// <summary>The most cells of one table: the columns of its widest line times its lines.</summary>
    public const long MaxTableCells = 500_000;

    /// <summary>The most of a paragraph's opening marks times its characters: a second or two of parsing.</summary>
    public const long MaxParagraphWork = 1_000_000_000;

    /// <exception cref="DocumentException"><c>document.too_complex</c>.</exception>
    public static void Check(string text, string name)
    {
        var work = 0L;
        var paragraph = default(Paragraph);
        var fence = '\0';
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var content = line.TrimStart(" \t");
            var indent = line.Length - content.Length;
            if (fence != '\0')
            {
                fence = content.StartsWith([fence, fence, fence]) ? '\0' : fence;
                continue;
            }

            if (indent > MaxListIndent && IsListItem(content))
            {
                throw TooComplex(name, $"a list item stands {indent} columns deep, and {MaxListIndent} are the most");
            }

            if (content.IsEmpty)
            {
                work += paragraph.Work;
                paragraph = default;
            }
            else if (indent < 4 && (content.StartsWith("```") || content.StartsWith("~~~")))
            {
                work += paragraph.Work;
                paragraph = default;
                fence = content[0];
            }
            else
            {
                paragraph = paragraph.With(line);
            }

            if (paragraph.Cells > MaxTableCells)
            {
                throw TooComplex(name, $"a table has more than {MaxTableCells:N0} cells");
            }

            if (work + paragraph.Work > MaxParagraphWork)
            {
                throw TooComplex(name, "a paragraph holds too many brackets, angle brackets or backticks");
            }
        }
    }

    public static DocumentException TooComplex(string name, string why) =>
        new("document.too_complex", $"{name} cannot be read as a document: {why}. Simplify that part, or remove it.");

    private static bool IsListItem(ReadOnlySpan<char> content)
    {
        var digits = content.IndexOfAnyExceptInRange('0', '9');
        return content is ['-' or '*' or '+', ' ' or '\t', ..] || (digits > 0 && content[digits] is '.' or ')');
    }

    private readonly record struct Paragraph(long Length, long Openers, long Lines, long MaxPipes)
    {
        public long Work => Length * Openers;

        public long Cells => MaxPipes == 0 ? 0 : Lines * MaxPipes;

        public Paragraph With(ReadOnlySpan<char> line) =>
            new(Length + line.Length + 1, Openers + line.Count('[') + line.Count('<') + (line.Count('`') / 2), Lines + 1, Math.Max(MaxPipes, line.Count('|')));
    }
}
