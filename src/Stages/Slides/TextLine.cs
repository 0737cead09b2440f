using System.Collections.Immutable;
using VideoGen.Stages.Bidi;

namespace VideoGen.Stages.Slides;

/// <summary>One line of text, and which way its parts run.</summary>
/// <param name="Text">Without line breaks.</param>
/// <param name="Runs">From left to right as they are seen; places are those of the line.</param>
/// <param name="IsRightToLeft">Which way its paragraph runs.</param>
internal sealed record TextLine(string Text, ImmutableArray<BidiText.Run> Runs, bool IsRightToLeft)
{
    /// <summary>A line that is a paragraph of its own.</summary>
    public static TextLine Of(string text, bool? rightToLeft = null) => Cut(new BidiText(text, rightToLeft), text, 0, text.Length);

    /// <summary>A part of a paragraph.</summary>
    public static TextLine Cut(BidiText bidi, string paragraph, int start, int length) => new(
        paragraph.Substring(start, length), [.. bidi.InVisualOrder(start, length).Select(run => run with { Start = run.Start - start })], bidi.IsRightToLeft);
}
