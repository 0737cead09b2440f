using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Markdig.Extensions.Alerts;
using Markdig.Extensions.DefinitionLists;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace VideoGen.Stages.Documents;

internal sealed partial class OutlineReader
{
    private const string Indent = "  ";

    private const int MaxSourceLength = 100;

    /// <summary>Stands where a line of the file ends.</summary>
    private const string FileBreak = "\uE013";

    /// <summary>Fences that only one program can do something with: questions to a vault of notes, text for one output format.</summary>
    private static readonly HashSet<string> ForeignCode = new(StringComparer.OrdinalIgnoreCase)
    {
        "dataview", "dataviewjs", "query", "tasks", "button", "base", "mdx-code-block", "toc", "=html", "=latex", "=tex", "=openxml",
    };

    private void AddCode(CodeBlock block)
    {
        if (ForeignCode.Contains(((block as FencedCodeBlock)?.Info ?? "").Trim('{', '}', ' ')))
        {
            return;
        }

        var lines = block.Lines.ToString().Replace("\t", "    ", StringComparison.Ordinal).Split('\n').Select(line => line.TrimEnd()).ToList();
        while (lines.Count > 0 && lines[^1].Length == 0)
        {
            lines.RemoveAt(lines.Count - 1);
        }

        lines.RemoveRange(0, Math.Max(0, lines.FindIndex(line => line.Length > 0)));
        if (lines.Count > 0)
        {
            var language = (block as FencedCodeBlock)?.Info?.Trim(' ', '{', '}', '.').Split(' ', ',', ':', '{')[0];
            _pieces.Add(new CodePiece(string.Join('\n', lines), string.IsNullOrEmpty(language) ? null : language.ToLowerInvariant()));
        }
    }

    private void AddQuote(QuoteBlock quote)
    {
        var lines = new List<string>();
        foreach (var block in quote)
        {
            if (block is ParagraphBlock paragraph)
            {
                var (text, pictures) = InlineText.Of(paragraph, _html, "\n", FileBreak);
                lines.AddRange(text.Length > 0 ? [text] : []);
                AddPictures(pictures);
            }
            else
            {
                EndQuote(lines);
                ReadBlock(block);
            }
        }

        EndQuote(lines);
    }

    /// <param name="paragraphs">With <see cref="FileBreak"/>.</param>
    private void EndQuote(List<string> paragraphs)
    {
        if (paragraphs.Count > 0 && OldAlert().Match(paragraphs[0]) is { Success: true } alert)
        {
            paragraphs[0] = paragraphs[0][alert.Length..];
            var words = paragraphs.Select(Joined).Where(text => text.Length > 0).ToList();
            _pieces.AddRange(words.Select((text, index) => new ParagraphPiece(index == 0 ? $"{alert.Groups["kind"].Value}: {text}" : text)));
        }
        else if (paragraphs.Count > 0)
        {
            var source = TakeSource(paragraphs);
            var lines = paragraphs.SelectMany(paragraph => paragraph.Split('\n')).Select(Joined).Where(line => line.Length > 0).ToList();
            _pieces.Add(new QuotePiece([.. lines], source));
        }

        paragraphs.Clear();
    }

    private static string Joined(string text) => InlineText.Collapse(text.Replace(FileBreak, " ", StringComparison.Ordinal));

    /// <summary>
    /// "— Who said it" on a line or in a paragraph of its own, or after the end of the last sentence. A dash within a sentence is a dash.
    /// </summary>
    private static string? TakeSource(List<string> paragraphs)
    {
        var last = paragraphs[^1];
        var own = last.LastIndexOfAny([FileBreak[0], '\n']);
        var line = last[(own + 1)..].Trim();
        if ((own >= 0 || paragraphs.Count > 1) && OwnSource().Match(line) is { Success: true } alone)
        {
            paragraphs[^1] = own < 0 ? "" : last[..own];
            paragraphs.RemoveAll(string.IsNullOrWhiteSpace);
            return alone.Groups["name"].Value;
        }

        if (SourceAfterSentence().Match(last.Replace(FileBreak, " ", StringComparison.Ordinal)) is { Success: true } behind
            && behind.Groups["name"].Length <= MaxSourceLength)
        {
            paragraphs[^1] = behind.Groups["words"].Value;
            return behind.Groups["name"].Value;
        }

        return null;
    }

    private void AddAlert(AlertBlock alert)
    {
        var kind = alert.Kind.ToString();
        var before = _pieces.Count;
        ReadBlocks(alert);
        if (kind.Length > 0 && _pieces.Count > before && _pieces[before] is ParagraphPiece first)
        {
            _pieces[before] = new ParagraphPiece($"{char.ToUpperInvariant(kind[0])}{kind[1..].ToLowerInvariant()}: {first.Text}");
        }
    }

    private void AddDefinitions(DefinitionList definitions)
    {
        var items = new List<string>();
        var others = new List<Block>();
        foreach (var item in definitions.OfType<DefinitionItem>())
        {
            var term = string.Join(", ", item.OfType<DefinitionTerm>().Select(term => InlineText.Of(term, _html).Text));
            var meanings = new List<string>();
            foreach (var block in item.Where(block => block is not DefinitionTerm))
            {
                if (block is LeafBlock { Inline: not null } leaf)
                {
                    meanings.Add(InlineText.Of(leaf, _html).Text);
                }
                else if (block is ListBlock or QuoteBlock)
                {
                    meanings.AddRange(((ContainerBlock)block).Descendants<ParagraphBlock>().Select(paragraph => InlineText.Of(paragraph, _html).Text));
                }
                else
                {
                    others.Add(block);
                }
            }

            var words = meanings.Where(meaning => meaning.Length > 0).ToList();
            var sentences = words.Select((one, index) => index + 1 == words.Count || EndsSentence(one) ? one : one + ".");
            var meaning = string.Join(' ', sentences);
            if (term.Length == 0 && items.Count > 0)
            {
                // A further meaning of the same word.
                items[^1] += $"{(items[^1].Length > 0 && EndsSentence(items[^1]) ? "" : ".")} {meaning}";
            }
            else
            {
                items.Add($"{term}: {meaning}".TrimEnd(' ', ':'));
            }
        }

        _pieces.Add(new ListPiece([.. items.Where(item => item.Length > 0)], Ordered: false, Start: 1));
        others.ForEach(ReadBlock);
    }

    private static bool EndsSentence(string text) => text[^1] is '.' or '!' or '?' or ':' or ';' or '。' or '！' or '？';

    private void AddTable(Table table)
    {
        var rows = table.OfType<TableRow>()
            .Select(row => (row.IsHeader, Cells: row.OfType<TableCell>().Select(cell => TextOf(cell, ", ").Replace("\\|", "|", StringComparison.Ordinal))
                .ToList()))
            .ToList();
        var width = rows.Count == 0 ? 0 : rows.Max(row => row.Cells.Count);
        var head = rows.FirstOrDefault(row => row.IsHeader).Cells ?? [];
        var columns = Enumerable.Range(0, width).Select(i => head.ElementAtOrDefault(i) ?? "").ToImmutableArray();
        var body = rows.Where(row => !row.IsHeader)
            .Select(row => Enumerable.Range(0, width).Select(i => row.Cells.ElementAtOrDefault(i) ?? "").ToImmutableArray())
            .Where(row => row.Any(cell => cell.Length > 0))
            .ToImmutableArray();
        if (columns.Any(column => column.Length > 0) || body.Length > 0)
        {
            _pieces.Add(new TablePiece(columns, body));
        }

        foreach (var cell in table.Descendants<TableCell>())
        {
            foreach (var leaf in cell.Descendants<LeafBlock>().Where(leaf => leaf.Inline is not null))
            {
                AddPictures(InlineText.Of(leaf, _html).Pictures);
            }
        }
    }

    private void AddList(ListBlock list)
    {
        if (IsContents(list))
        {
            return;
        }

        var items = new List<string>();
        var others = new List<Block>();
        var number = int.TryParse(list.OrderedStart, out var first) ? first : 1;
        var start = number;
        foreach (var item in list.OfType<ListItemBlock>())
        {
            ReadItem(item, 0, "", items, others);
            number++;
            if (others.Count > 0)
            {
                // This item holds something other than text. That piece comes next, and the list goes on after it.
                EndList(items, list.IsOrdered, start);
                others.ForEach(ReadBlock);
                others.Clear();
                start = number;
            }
        }

        EndList(items, list.IsOrdered, start);
    }

    /// <summary>A list of links into the page itself, or to the same page in other languages.</summary>
    private static bool IsContents(ListBlock list)
    {
        var paragraphs = list.Descendants<ParagraphBlock>().ToList();
        return paragraphs.Count > 0 && paragraphs.All(paragraph =>
            paragraph.Inline?.Descendants<LinkInline>().ToList() is { Count: > 0 } links
            && links.All(link => Noise.IsContentsTarget(link.Url))
            && paragraph.Inline.All(inline => inline is not LiteralInline literal || literal.Content.AsSpan().ToString().All(c => !char.IsLetter(c))));
    }

    private void EndList(List<string> items, bool ordered, int start)
    {
        items.RemoveAll(string.IsNullOrWhiteSpace);
        if (items.Count > 0)
        {
            _pieces.Add(new ListPiece([.. items], ordered, start));
        }

        items.Clear();
    }

    /// <summary>Adds the line of an item and of the items within it, and what it holds beside text.</summary>
    private void ReadItem(ListItemBlock item, int level, string marker, List<string> items, List<Block> others)
    {
        var line = items.Count;
        items.Add("");
        foreach (var block in item)
        {
            if (block is ParagraphBlock paragraph)
            {
                var (text, pictures) = InlineText.Of(paragraph, _html, ", ", " ");
                AddPictures(pictures);
                items[line] = items[line].Length == 0 ? string.Concat(Enumerable.Repeat(Indent, level)) + marker + text : $"{items[line]} {text}";
            }
            else if (block is ListBlock nested)
            {
                var number = int.TryParse(nested.OrderedStart, out var first) ? first : 1;
                foreach (var child in nested.OfType<ListItemBlock>())
                {
                    ReadItem(child, level + 1, nested.IsOrdered ? $"{number++}. " : "", items, others);
                }
            }
            else
            {
                others.Add(block);
            }
        }
    }

    [GeneratedRegex(
        @"^\W{0,3}(?<kind>Note|Warning|Tip|Important|Caution|Danger|Info|Hint)(?::\W{0,3}|\W{0,3}[\uE013\n]+)\s*(?=\S)",
        RegexOptions.ExplicitCapture)]
    private static partial Regex OldAlert();

    [GeneratedRegex(@"^(?:—|–|―|--?-?|~)\s*(?<name>\S[^\uE013\n]{0,99})$", RegexOptions.ExplicitCapture)]
    private static partial Regex OwnSource();

    /// <summary>After the end of a sentence, what begins like a name or a title and has no sentence in it.</summary>
    [GeneratedRegex(
        @"^(?<words>[\s\S]*[.!?…。！？][""'”’»)\]]*)\s+(?:—|–|―|--|-)\s+(?<name>[\p{Lu}\p{Lo}“""'«][^.!?]*(?:\.\s?[^.!?]+){0,3}\.?)$",
            RegexOptions.ExplicitCapture)]
    private static partial Regex SourceAfterSentence();
}
