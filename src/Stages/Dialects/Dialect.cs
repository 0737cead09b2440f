using System.Collections.Immutable;

namespace VideoGen.Stages.Dialects;

/// <summary>A document in plain Markdown, and what was left out of it.</summary>
/// <param name="Markdown">What the marks of other programs meant, in marks of Markdown.</param>
/// <param name="Warnings">What could not be kept, in a person's words.</param>
internal sealed record DialectText(string Markdown, ImmutableArray<string> Warnings);

/// <summary>
/// Understands what programs write into Markdown that are not Markdown: slides of Marp, Slidev, reveal.js and remark, Hugo's and Jekyll's templates,
/// blocks of MkDocs,
/// Docusaurus, MyST, Quarto and pandoc, links of Obsidian, formulas. What only such a program can use is dropped. Code is never touched.
/// </summary>
internal static class Dialect
{
    /// <param name="text">Normalized, without front matter.</param>
    /// <param name="isRestructured">Whether the text is reStructuredText.</param>
    /// <param name="values">What templates may ask for by name, such as <c>title</c>.</param>
    public static DialectText ToMarkdown(string text, bool isRestructured, IReadOnlyDictionary<string, string> values)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(values);
        var warnings = new SortedSet<string>(StringComparer.Ordinal);
        IReadOnlyList<string> lines = (isRestructured ? RestructuredText.ToMarkdown(text) : text).Split('\n');
        lines = DeckNotes.Remove(lines, warnings);
        lines = LabelledBlocks.Unfold(lines, warnings);
        var markdown = string.Join('\n', lines);
        markdown = Templates.Remove(markdown, values, warnings);
        markdown = Formulas.Protect(markdown);
        markdown = InlineMarks.Replace(markdown, warnings);
        return new DialectText(markdown, [.. warnings]);
    }
}
