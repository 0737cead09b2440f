using SkiaSharp;

namespace VideoGen.Stages.Slides;

/// <summary>The head of a slide: the chapter in small letters, the title, and a bar in the accent colour.</summary>
internal sealed class SlideHead
{
    private const float ChapterSize = 26;
    private const float BarWidth = 88;
    private const float BarHeight = 6;

    private readonly SlideSheet _sheet;
    private readonly TextBlock? _chapter;
    private readonly TextBlock _title;

    public SlideHead(SlideSheet sheet, string? chapter, string title)
    {
        _sheet = sheet;
        var width = sheet.Width - (2 * SlideSheet.Margin);
        _chapter = string.IsNullOrWhiteSpace(chapter) || chapter == title
            ? null
            : TextBlock.Fit(
                sheet.Shaper,
                [chapter],
                new TextStyle(sheet.Theme.Accent, Bold: true),
                new SKSize(width, ChapterSize * 1.5f),
                (ChapterSize, ChapterSize),
                maxLines: 1);
        _title = TextBlock.Fit(
            sheet.Shaper, [title], new TextStyle(SlideTheme.Primary, Bold: true, LineHeight: 1.2f), new SKSize(width, 150), (60, 38), maxLines: 2);
    }

    /// <summary>Where the body of the slide begins.</summary>
    public float Bottom => TitleTop + _title.Height + 24 + BarHeight + 52;

    private static float Top => 92;

    private float TitleTop => _chapter is null ? Top + 8 : Top + 46;

    public void Draw(SKCanvas canvas)
    {
        _chapter?.Draw(canvas, SlideSheet.Margin, Top);
        _title.Draw(canvas, SlideSheet.Margin, TitleTop);
        var y = TitleTop + _title.Height + 24;
        var x = _title.Paragraphs is [{ IsRightToLeft: true }, ..] ? _sheet.Width - SlideSheet.Margin - BarWidth : SlideSheet.Margin;
        SlideSheet.FillRounded(canvas, new SKRect(x, y, x + BarWidth, y + BarHeight), BarHeight / 2, _sheet.Theme.Accent);
    }
}
