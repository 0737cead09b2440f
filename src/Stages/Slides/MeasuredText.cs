using System.Globalization;
using System.Text;
using VideoGen.Stages.Bidi;
using VideoGen.Stages.Text;

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

    /// <summary>Letters of a line: the eye loses the way back from the end of longer ones.</summary>
    private const int MaxLineWidth = 62;

    private readonly TextShaper _shaper;
    private readonly TextStyle _style;
    private readonly string _text;
    private readonly BidiText _bidi;
    private readonly List<Piece> _pieces = [];

    public MeasuredText(string text, TextStyle style, TextShaper shaper)
    {
        _shaper = shaper;
        _style = style;
        _text = TextShaper.Clean(text.Length > MaxLength ? text[..MaxLength] + Ellipsis : text).Trim();
        _bidi = new BidiText(_text);
        foreach (var piece in Pieces(_text))
        {
            _pieces.Add(Measure(piece));
        }
    }

    public bool IsRightToLeft => _bidi.IsRightToLeft;

    /// <summary>The lines at a size; none is wider than the box.</summary>
    public List<TextLine> Wrap(float size, float width)
    {
        var limit = width / size * ReferenceSize;
        var lines = new List<TextLine>();
        var (start, length, used, letters) = (0, 0, 0f, 0);
        foreach (var piece in _pieces.SelectMany(piece => piece.TrimmedWidth > limit || piece.Letters > MaxLineWidth ? Split(piece.Text, limit) : [piece]))
        {
            if (length > 0 && (used + piece.TrimmedWidth > limit || letters + piece.Letters > MaxLineWidth))
            {
                Add();
            }

            length += piece.Text.Length;
            used += piece.Width;
            letters += TextWidth.Of(piece.Text);
        }

        Add();
        return lines;

        void Add()
        {
            var trimmed = _text.AsSpan(start, length).TrimEnd().Length;
            if (trimmed > 0)
            {
                lines.Add(TextLine.Cut(_bidi, _text, start, trimmed));
            }

            (start, length, used, letters) = (start + length, 0, 0, 0);
        }
    }

    /// <summary>A line that says at its end that something is left out, and still fits.</summary>
    public TextLine Shorten(TextLine line, float size, float width)
    {
        var shortened = line.Text.TrimEnd();
        while (shortened.Length > 0 && _shaper.Measure(shortened + Ellipsis, _style, size) > width)
        {
            var last = 0;
            for (var i = 0; i < shortened.Length; i += StringInfo.GetNextTextElementLength(shortened, i))
            {
                last = i;
            }

            shortened = shortened[..last].TrimEnd();
        }

        return TextLine.Of(shortened + Ellipsis, IsRightToLeft);
    }

    private Piece Measure(string piece)
    {
        var trimmed = piece.TrimEnd();
        var trimmedWidth = trimmed.Length == 0 ? 0 : _shaper.Measure(trimmed, _style, ReferenceSize);
        var width = trimmed.Length == piece.Length ? trimmedWidth : _shaper.Measure(piece, _style, ReferenceSize);
        return new Piece(piece, width, trimmedWidth, TextWidth.Of(trimmed));
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

    private IEnumerable<Piece> Split(string piece, float limit)
    {
        var (start, width, letters) = (0, 0f, 0);
        for (var i = 0; i < piece.Length;)
        {
            var length = StringInfo.GetNextTextElementLength(piece, i);
            var grapheme = piece.Substring(i, length);
            var (next, more) = (_shaper.Measure(grapheme, _style, ReferenceSize), TextWidth.Of(grapheme));
            if ((width + next > limit || letters + more > MaxLineWidth) && i > start)
            {
                yield return new Piece(piece[start..i], width, width, letters);
                (start, width, letters) = (i, 0, 0);
            }

            width += next;
            letters += more;
            i += length;
        }

        yield return new Piece(piece[start..], width, width, letters);
    }

    private static bool IsIdeographic(Rune rune) => rune.Value is
        (>= 0x2E80 and <= 0x9FFF) or (>= 0xAC00 and <= 0xD7AF) or (>= 0xF900 and <= 0xFAFF) or (>= 0xFF00 and <= 0xFFEF) or (>= 0x20000 and <= 0x3FFFF);

    private static bool IsClosing(Rune rune) =>
        rune.Value is 0x3001 or 0x3002 or 0xFF0C or 0xFF0E or 0xFF01 or 0xFF1F or 0xFF1A or 0xFF1B or 0x300D or 0x300F or 0xFF09 or 0x30FC;

    /// <summary>What stands between two places where a line may break.</summary>
    private readonly record struct Piece(string Text, float Width, float TrimmedWidth, int Letters);
}
