using Markdig;
using Markdig.Extensions.AutoLinks;
using Markdig.Extensions.EmphasisExtras;
using Markdig.Parsers;
using Markdig.Parsers.Inlines;
using Markdig.Syntax;

namespace VideoGen.Stages.Documents;

/// <summary>Reads a document into its blocks, within bounds of depth and time (S29).</summary>
internal static class DocumentSyntax
{
    /// <summary>Levels of quotes, lists and emphasis within each other.</summary>
    public const int MaxNesting = 128;

    /// <summary>How long reading may take: far more than a sensible document of the largest size needs.</summary>
    public static readonly TimeSpan ParseTimeout = TimeSpan.FromSeconds(30);

    private static readonly MarkdownPipeline Markdown = CreateMarkdown();
    private static readonly MarkdownPipeline PlainText = CreatePlainText();

    /// <summary>Whether the marks of Markdown mean something in a document of this name.</summary>
    public static bool IsMarkdown(string name) => Path.GetExtension(name).ToLowerInvariant() is not (".txt" or ".text");

    /// <summary>Whether a document of this name is reStructuredText.</summary>
    public static bool IsRestructured(string name) => Path.GetExtension(name).Equals(".rst", StringComparison.OrdinalIgnoreCase);

    /// <param name="text">Normalized, without front matter.</param>
    /// <param name="name">The file name: it decides between Markdown and plain text, and stands in messages.</param>
    /// <param name="cancellationToken">Ends the waiting at once.</param>
    /// <exception cref="DocumentException"><c>document.too_complex</c>.</exception>
    public static async Task<MarkdownDocument> ParseAsync(string text, string name, CancellationToken cancellationToken)
    {
        SyntaxBounds.Check(text, name);
        try
        {
            return await Task.Run(() => MarkdownParser.Parse(text, IsMarkdown(name) ? Markdown : PlainText), cancellationToken)
                .WaitAsync(ParseTimeout, cancellationToken).ConfigureAwait(false);
        }
        catch (ArgumentException)
        {
            throw SyntaxBounds.TooComplex(name, $"its lists, quotes or emphasis marks are nested deeper than {MaxNesting} levels");
        }
        catch (TimeoutException)
        {
            throw SyntaxBounds.TooComplex(name, $"reading it took longer than {ParseTimeout.TotalSeconds:0} seconds");
        }
    }

    private static MarkdownPipeline CreateMarkdown()
    {
        var builder = new MarkdownPipelineBuilder { MaximumNestingDepth = MaxNesting };
        return builder.UseAlertBlocks().UsePipeTables().UseGridTables()
            .UseEmphasisExtras(EmphasisExtraOptions.Strikethrough | EmphasisExtraOptions.Inserted | EmphasisExtraOptions.Marked)
            .UseCjkFriendlyEmphasis().UseFootnotes().UseDefinitionLists().UseTaskLists()
            .UseAutoLinks(new AutoLinkOptions()).UseEmojiAndSmiley(enableSmileys: false).Build();
    }

    /// <summary>In plain text a line of stars is a line of stars; only paragraphs, lists and underlined headings are seen.</summary>
    private static MarkdownPipeline CreatePlainText()
    {
        var builder = new MarkdownPipelineBuilder { MaximumNestingDepth = MaxNesting };
        builder.BlockParsers.TryRemove<HtmlBlockParser>();
        builder.BlockParsers.TryRemove<IndentedCodeBlockParser>();
        builder.BlockParsers.TryRemove<FencedCodeBlockParser>();
        builder.BlockParsers.TryRemove<QuoteBlockParser>();
        builder.InlineParsers.TryRemove<HtmlEntityParser>();
        builder.InlineParsers.TryRemove<LinkInlineParser>();
        builder.InlineParsers.TryRemove<EscapeInlineParser>();
        builder.InlineParsers.TryRemove<EmphasisInlineParser>();
        builder.InlineParsers.TryRemove<CodeInlineParser>();
        builder.InlineParsers.TryRemove<AutolinkInlineParser>();
        return builder.Build();
    }
}
