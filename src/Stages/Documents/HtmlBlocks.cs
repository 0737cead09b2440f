using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;

namespace VideoGen.Stages.Documents;

/// <summary>Lists, tables, code and quotes in raw HTML. One that is left open at the end of a block of Markdown ends there.</summary>
internal sealed partial class HtmlBlocks
{
    private const int MaxLevel = 6;

    private readonly List<OutlinePiece> _done = [];
    private readonly List<string> _items = [];
    private readonly List<List<string>> _rows = [];
    private readonly Stack<bool> _lists = [];
    private bool _inCell;
    private bool _inTable;
    private bool _inItem;
    private bool _inCode;
    private bool _inQuote;
    private bool _hasHead;
    private bool _ordered;
    private string? _language;

    /// <summary>Whether text goes into an item, a cell, code or a quote.</summary>
    public bool IsOpen => _inCell || _inItem || _inCode || _inQuote;

    public IEnumerable<OutlinePiece> Take()
    {
        var taken = _done.ToArray();
        _done.Clear();
        return taken;
    }

    /// <summary>Something inside of an item or a cell begins a new line.</summary>
    public void Separate(StringBuilder text)
    {
        if (_inCode)
        {
            return;
        }

        while (text.Length > 0 && char.IsWhiteSpace(text[^1]))
        {
            text.Length--;
        }

        if (text.Length > 0)
        {
            text.Append(text[^1] is '.' or ',' or ';' or ':' or '!' or '?' ? " " : _inCell ? ", " : " ");
        }
    }

    public void Apply(StringBuilder text, string name, bool closes, string tag)
    {
        switch (name)
        {
            case "pre":
                EndText(text);
                _inCode = !closes;
                _language = Language().Match(tag) is { Success: true } language ? language.Groups["name"].Value : null;
                break;
            case "ul" or "ol" or "menu" or "dl" when !_inCell:
                EndText(text);
                OpenOrCloseList(name == "ol", closes);
                break;
            case "li" or "dt" or "dd" when !_inCell && _lists.Count > 0:
                if (name == "dd" && !closes && _items.Count > 0)
                {
                    // A meaning belongs to its word.
                    EndText(text);
                    _inItem = true;
                    text.Append(_items[^1].TrimEnd(':', '.')).Append(_items[^1].Contains(": ", StringComparison.Ordinal) ? ". " : ": ");
                    _items.RemoveAt(_items.Count - 1);
                    break;
                }

                EndText(text);
                _inItem = !closes;
                break;
            case "table":
                EndText(text);
                EndTable();
                _inTable = !closes;
                break;
            case "tr" when _inTable:
                EndText(text);
                if (!closes)
                {
                    _rows.Add([]);
                }

                break;
            case "td" or "th" when _inTable:
                EndText(text);
                _inCell = !closes;
                _hasHead |= name == "th" && _rows.Count <= 1;
                if (!closes && _rows.Count == 0)
                {
                    _rows.Add([]);
                }

                break;
            case "blockquote" when !_inCell && !_inItem:
                EndText(text);
                _inQuote = !closes;
                break;
            default:
                break;
        }
    }

    /// <summary>What is open at the end of a block.</summary>
    public IEnumerable<OutlinePiece> End()
    {
        EndList();
        EndTable();
        return Take();
    }

    private void OpenOrCloseList(bool ordered, bool closes)
    {
        if (!closes)
        {
            _ordered = _lists.Count == 0 ? ordered : _ordered;
            _lists.Push(ordered);
        }
        else if (_lists.TryPop(out _) && _lists.Count == 0)
        {
            EndList();
        }
    }

    private void EndText(StringBuilder text)
    {
        if (!IsOpen)
        {
            return;
        }

        var all = text.ToString();
        text.Clear();
        if (_inCode)
        {
            _inCode = false;
            var code = all.Replace("\t", "    ", StringComparison.Ordinal).Trim('\n', '\r').TrimEnd();
            if (code.Length > 0)
            {
                _done.Add(new CodePiece(code, _language));
            }

            return;
        }

        var line = InlineText.Collapse(all).TrimEnd(',', ' ');
        if (_inCell)
        {
            _inCell = false;
            _rows[^1].Add(line);
        }
        else if (_inItem)
        {
            _inItem = false;
            if (line.Length > 0)
            {
                _items.Add(string.Concat(Enumerable.Repeat("  ", Math.Clamp(_lists.Count - 1, 0, MaxLevel))) + line);
            }
        }
        else
        {
            _inQuote = false;
            if (line.Length > 0)
            {
                _done.Add(new QuotePiece([line], null));
            }
        }
    }

    private void EndList()
    {
        if (_items.Count > 0)
        {
            _done.Add(new ListPiece([.. _items], _ordered, 1));
        }

        _items.Clear();
    }

    private void EndTable()
    {
        var rows = _rows.Where(row => row.Any(cell => cell.Length > 0)).ToList();
        if (rows.Count > 0)
        {
            var width = rows.Max(row => row.Count);
            ImmutableArray<string> Fill(List<string> row) => [.. row, .. Enumerable.Repeat("", width - row.Count)];
            var head = _hasHead ? Fill(rows[0]) : [.. Enumerable.Repeat("", width)];
            _done.Add(new TablePiece(head, [.. rows.Skip(_hasHead ? 1 : 0).Select(Fill)]));
        }

        _rows.Clear();
        _hasHead = false;
    }

    [GeneratedRegex("""\b(?:lang(?:uage)?-|lang=["'])(?<name>[\w+#-]+)""", RegexOptions.ExplicitCapture)]
    private static partial Regex Language();
}
