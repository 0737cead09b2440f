using System.Globalization;
using System.Text;

namespace VideoGen.Stages.Slides;

/// <summary>
/// A paragraph cut where lines may break, each piece measured once: widths grow in proportion to the size, so that trying sizes costs no shaping.
/// </summary>
internal sealed class MeasuredText
{
    public const string Ellipsis = "…";

    /// <summary>The most characters that are looked at: more than a slide can show at the smallest size.</summary>
    private const int MaxLength = 6_000;
    private const float ReferenceSize = 100;

    private readonly TextShaper _shaper;
    private readonly TextStyle _style;
    private readonly List<(string Text, float Width, float TrimmedWidth)> _pieces = [];

    public MeasuredText(string text, TextStyle style, TextShaper shaper)
    {
        _shaper = shaper;
        _style = style;
        var clean = TextShaper.Clean(text.Length > MaxLength ? text[..MaxLength] + Ellipsis : text).Trim();
        IsRightToLeft = TextDirection.IsRightToLeft(clean);
        foreach (var piece in Pieces(clean))
        {
            _pieces.Add(Measure(piece));
        }
    }

    public bool IsRightToLeft { get; }

    /// <summary>The lines at a size; none is wider than the box.</summary>
    public List<string> Wrap(float size, float width)
    {
        var limit = width / size * ReferenceSize;
        var lines = new List<string>();
        var line = new StringBuilder();
        var used = 0f;
        foreach (var piece in _pieces.SelectMany(piece => piece.TrimmedWidth > limit ? Split(piece.Text, limit) : [piece]))
        {
            if (used + piece.TrimmedWidth > limit && line.Length > 0)
            {
                lines.Add(line.ToString().TrimEnd());
                line.Clear();
                used = 0;
            }

            line.Append(piece.Text);
            used += piece.Width;
        }

        if (line.Length > 0)
        {
            lines.Add(line.ToString().TrimEnd());
        }

        return lines;
    }

    /// <summary>A line that says at its end that something is left out, and still fits.</summary>
    public string Shorten(string line, float size, float width)
    {
        var shortened = line.TrimEnd();
        while (shortened.Length > 0 && _shaper.Measure(shortened + Ellipsis, _style, size) > width)
        {
            var last = 0;
            for (var i = 0; i < shortened.Length; i += StringInfo.GetNextTextElementLength(shortened, i))
            {
                last = i;
            }

            shortened = shortened[..last].TrimEnd();
        }

        return shortened + Ellipsis;
    }

    private (string Text, float Width, float TrimmedWidth) Measure(string piece)
    {
        var trimmed = piece.TrimEnd();
        var trimmedWidth = trimmed.Length == 0 ? 0 : _shaper.Measure(trimmed, _style, ReferenceSize);
        return (piece, trimmed.Length == piece.Length ? trimmedWidth : _shaper.Measure(piece, _style, ReferenceSize), trimmedWidth);
    }

    /// <summary>Lines may break after white space and hyphens, and around characters of scripts that write without spaces.</summary>
    private static IEnumerable<string> Pieces(string text)
    {
        var start = 0;
        for (var i = 0; i < text.Length;)
        {
            var length = StringInfo.GetNextTextElementLength(text, i);
            Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out _);
            var next = i + length;
            var space = Rune.IsWhiteSpace(rune);
            var endsHere = next >= text.Length || (space && !char.IsWhiteSpace(text[next])) || (rune.Value is '-' or '/' && i > start) || IsIdeographic(rune);
            if (!endsHere && !space)
            {
                Rune.DecodeFromUtf16(text.AsSpan(next), out var following, out _);
                endsHere = IsIdeographic(following);
            }

            if (endsHere)
            {
                // Closing punctuation never begins a line.
                while (next < text.Length
                    && Rune.DecodeFromUtf16(text.AsSpan(next), out var following, out var used) == System.Buffers.OperationStatus.Done
                    && IsClosing(following))
                {
                    next += used;
                }

                yield return text[start..next];
                start = next;
            }

            i = next;
        }
    }

    private IEnumerable<(string Text, float Width, float TrimmedWidth)> Split(string piece, float limit)
    {
        var start = 0;
        var width = 0f;
        for (var i = 0; i < piece.Length;)
        {
            var length = StringInfo.GetNextTextElementLength(piece, i);
            var next = _shaper.Measure(piece.Substring(i, length), _style, ReferenceSize);
            if (width + next > limit && i > start)
            {
                yield return (piece[start..i], width, width);
                start = i;
                width = 0;
            }

            width += next;
            i += length;
        }

        yield return (piece[start..], width, width);
    }

    private static bool IsIdeographic(Rune rune) => rune.Value is
        (>= 0x2E80 and <= 0x9FFF) or (>= 0xAC00 and <= 0xD7AF) or (>= 0xF900 and <= 0xFAFF) or (>= 0xFF00 and <= 0xFFEF) or (>= 0x20000 and <= 0x3FFFF);

    private static bool IsClosing(Rune rune) =>
        rune.Value is 0x3001 or 0x3002 or 0xFF0C or 0xFF0E or 0xFF01 or 0xFF1F or 0xFF1A or 0xFF1B or 0x300D or 0x300F or 0xFF09 or 0x30FC;
}
