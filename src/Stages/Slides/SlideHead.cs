using SkiaSharp;

namespace VideoGen.Stages.Slides;

/// <summary>The head of a slide: the chapter in small letters, the title, and a bar in the accent colour on the side where reading begins.</summary>
internal sealed class SlideHead
{
    private const float ChapterSize = 28;
    private const float BarWidth = 8;
    private const float Indent = 36;
    private const float Gap = 48;

    private readonly SlideSheet _sheet;
    private readonly TextBlock? _chapter;
    private readonly TextBlock _title;
    private readonly bool _isRightToLeft;

    public SlideHead(SlideSheet sheet, string? chapter, string title)
    {
        _sheet = sheet;
        var width = sheet.Width - (2 * sheet.Margin) - Indent;
        _title = FitTitle(sheet, title, width);
        _isRightToLeft = _title.Paragraphs is [{ IsRightToLeft: true }, ..];
        _chapter = string.IsNullOrWhiteSpace(chapter) || chapter == title
            ? null
            : TextBlock.Fit(
                sheet.Shaper,
                [chapter],
                new TextStyle(sheet.Theme.Accent, Bold: true),
                new SKSize(width, ChapterSize * 1.5f),
                (ChapterSize, ChapterSize),
                maxLines: 1,
                rightToLeft: _isRightToLeft);
    }

    /// <summary>Where the body of the slide begins.</summary>
    public float Bottom => TitleTop + _title.Height + Gap;

    /// <summary>Whether the title could not be shown whole.</summary>
    public bool IsCut => _title.IsCut;

    private float TitleTop => _sheet.Top + (_chapter is null ? 0 : ChapterSize + 18);

    public void Draw(SKCanvas canvas)
    {
        var x = _sheet.Margin + (_isRightToLeft ? 0 : Indent);
        _chapter?.Draw(canvas, x, _sheet.Top - 6, isAside: true);
        _title.Draw(canvas, x, TitleTop);
        var left = _isRightToLeft ? _sheet.Width - _sheet.Margin - BarWidth : _sheet.Margin;
        SlideSheet.FillRounded(canvas, new SKRect(left, _sheet.Top, left + BarWidth, TitleTop + _title.Height - 4), BarWidth / 2, _sheet.Theme.Accent);
    }

    /// <summary>Most titles have one size; a long one takes more lines before it becomes smaller.</summary>
    private static TextBlock FitTitle(SlideSheet sheet, string title, float width)
    {
        var style = new TextStyle(sheet.Theme.Primary, Bold: true, LineHeight: 1.18f);
        var usual = TextBlock.Fit(sheet.Shaper, [title], style, new SKSize(width, 300), (56, 56), maxLines: 2, balanced: true);
        return usual.IsCut
            ? TextBlock.Fit(sheet.Shaper, [title], style, new SKSize(width, sheet.Height * 0.32f), (48, 36), maxLines: 7, balanced: true)
            : usual;
    }
}
