using System.Text;
using VideoGen.Stages.Text;

namespace VideoGen.Stages.Documents;

/// <summary>What elements within a line mean: raised, lowered, struck and quoted text, and whether all of it is links.</summary>
internal sealed class HtmlStyles
{
    private readonly Stack<(string Name, int Start)> _open = [];
    private int _links;
    private int _linkDepth;
    private bool _saysMore;

    /// <summary>Whether the text so far was two links or more, and nothing else but what parts them.</summary>
    public bool IsLinkRow => _links > 1 && !_saysMore;

    /// <summary>A new text begins.</summary>
    public void Begin()
    {
        (_links, _saysMore) = (0, false);
        _open.Clear();
    }

    /// <summary>Text as it goes by.</summary>
    public void See(string text) => _saysMore |= _linkDepth == 0 && text.Any(c => !Noise.IsSeparator(c));

    /// <summary>A link of Markdown.</summary>
    public void EnterLink()
    {
        _links++;
        _linkDepth++;
    }

    public void LeaveLink() => _linkDepth = Math.Max(0, _linkDepth - 1);

    public void Apply(StringBuilder text, string name, bool closes, string tag)
    {
        if (name == "a" && !closes && tag.Contains("href", StringComparison.OrdinalIgnoreCase))
        {
            EnterLink();
        }
        else if (name == "a" && closes)
        {
            LeaveLink();
        }
        else if (name == "q")
        {
            text.Append(closes ? '”' : '“');
        }
        else if (name is "sup" or "sub" or "del" or "s" or "strike")
        {
            if (!closes)
            {
                _open.Push((name, text.Length));
            }
            else if (_open.TryPeek(out var open) && open.Name == name && open.Start <= text.Length)
            {
                _open.Pop();
                var inner = text.ToString(open.Start, text.Length - open.Start);
                text.Length = open.Start;
                text.Append(name switch
                {
                    "sup" => Powers.Raise(inner),
                    "sub" => Powers.Lower(inner),
                    _ => StruckText.Strike(inner),
                });
            }
        }
    }
}
