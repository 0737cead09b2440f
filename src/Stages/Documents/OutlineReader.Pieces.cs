using System.Collections.Immutable;
using Markdig.Extensions.Alerts;
using Markdig.Extensions.DefinitionLists;
using Markdig.Extensions.Tables;
using Markdig.Syntax;

namespace VideoGen.Stages.Documents;

internal sealed partial class OutlineReader
{
    private const string Indent = "  ";

    private void AddCode(CodeBlock block)
    {
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
                var (text, pictures) = InlineText.Of(paragraph, _html);
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

    private void EndQuote(List<string> lines)
    {
        string? source = null;
        if (lines.Count > 0)
        {
            // "The words. — Who said them", on a line of its own or at the end of the last.
            var last = lines[^1];
            var dash = last.LastIndexOf('—');
            if (dash >= 0 && last.Length - dash < 100 && (dash == 0 || last[dash - 1] == ' ') && (dash > 0 || lines.Count > 1))
            {
                source = last[(dash + 1)..].Trim();
                lines[^1] = last[..dash].TrimEnd();
                lines.RemoveAll(line => line.Length == 0);
            }

            _pieces.Add(new QuotePiece([.. lines], string.IsNullOrEmpty(source) ? null : source));
        }

        lines.Clear();
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
        var items = definitions.OfType<DefinitionItem>().Select(item =>
        {
            var term = string.Join(", ", item.OfType<DefinitionTerm>().Select(term => InlineText.Of(term, _html).Text));
            var meaning = string.Join(' ', item.Where(block => block is not DefinitionTerm).Select(block => block switch
            {
                LeafBlock { Inline: not null } leaf => InlineText.Of(leaf, _html).Text,
                ContainerBlock container => TextOf(container),
                _ => "",
            }));
            return $"{term}: {meaning}";
        });
        _pieces.Add(new ListPiece([.. items], Ordered: false, Start: 1));
    }

    private void AddTable(Table table)
    {
        var rows = table.OfType<TableRow>()
            .Select(row => (row.IsHeader, Cells: row.OfType<TableCell>().Select(cell => TextOf(cell).Replace("\\|", "|", StringComparison.Ordinal)).ToList()))
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
                var (text, pictures) = InlineText.Of(paragraph, _html);
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
}
