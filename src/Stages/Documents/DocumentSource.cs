using System.Collections.Immutable;
using VideoGen.Stages.Dialects;

namespace VideoGen.Stages.Documents;

/// <summary>A document as it was handed in, in plain Markdown: without its front matter and without what other programs write into it.</summary>
/// <param name="FrontMatter">What it says about itself.</param>
/// <param name="Markdown">The rest; of a plain text as it is.</param>
/// <param name="Warnings">What was left out, in a person's words.</param>
internal sealed record DocumentSource(FrontMatter FrontMatter, string Markdown, ImmutableArray<string> Warnings)
{
    /// <exception cref="DocumentException"><c>document.too_complex</c>.</exception>
    public static DocumentSource Read(string text, string name)
    {
        var (front, body) = FrontMatter.Split(DocumentText.Normalize(text), name);
        if (!DocumentSyntax.IsMarkdown(name))
        {
            return new DocumentSource(front, body, front.Warnings);
        }

        SyntaxBounds.Check(body, name);
        var dialect = Dialect.ToMarkdown(body, DocumentSyntax.IsRestructured(name), front.Values);
        return new DocumentSource(front, dialect.Markdown, [.. front.Warnings, .. dialect.Warnings]);
    }
}
