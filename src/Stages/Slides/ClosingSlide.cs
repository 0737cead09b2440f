using System.Collections.Immutable;
using SkiaSharp;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Slides;

/// <summary>The last slide: a field of the accent colour with the last words, and beside them what the video was about.</summary>
internal static class ClosingSlide
{
    private const float Radius = 40;
    private const float Padding = 72;

    public static ImmutableArray<SlideLayer> Layers(SlideSheet sheet, Scene scene)
    {
        var theme = sheet.Theme;
        var body = sheet.Body;
        var recap = scene.Lines.Where(line => !string.IsNullOrWhiteSpace(line)).ToList();
        var isWide = sheet.Shape == SlideShape.Wide;
        var field = recap.Count == 0 ? body
            : isWide ? body with { Right = body.Left + (body.Width * 0.52f) }
            : body with { Bottom = body.Top + (body.Height * 0.46f) };
        var room = new SKSize(field.Width - (2 * Padding), (field.Height - (2 * Padding)) * 0.62f);
        var title = TextBlock.Fit(
            sheet.Shaper, [scene.Title], new TextStyle(theme.OnAccentField, Bold: true, LineHeight: 1.14f), room, (88, 44), maxLines: 5, balanced: true);
        var isRightToLeft = title.Paragraphs is [{ IsRightToLeft: true }, ..];
        var under = TextBlock.Fit(
            sheet.Shaper, [scene.Subtitle ?? ""], new TextStyle(theme.OnAccentField, LineHeight: 1.36f),
            new SKSize(room.Width, (field.Height - (2 * Padding)) * 0.34f), (38, SlideSheet.SmallestReading), maxLines: 3, rightToLeft: isRightToLeft);
        var height = title.Height + (under.Height > 0 ? 32 + under.Height : 0);
        var top = SlideSheet.TopIn(field, height);
        var layers = ImmutableArray.CreateBuilder<SlideLayer>();
        layers.Add(new SlideLayer(canvas =>
        {
            SlideSheet.FillRounded(canvas, field, Radius, theme.AccentField);
            title.Draw(canvas, field.Left + Padding, top);
        }));
        layers.Add(new SlideLayer(canvas => under.Draw(canvas, field.Left + Padding, top + title.Height + 32)));
        if (recap.Count > 0)
        {
            var rest = isWide ? body with { Left = field.Right + 72 } : body with { Top = field.Bottom + 48 };
            var text = TextBlock.Fit(
                sheet.Shaper, recap, new TextStyle(theme.Secondary, LineHeight: 1.3f), new SKSize(rest.Width - 56, rest.Height),
                (38, SlideSheet.SmallestReading), gap: 0.75f, rightToLeft: isRightToLeft);
            layers.Add(new SlideLayer(canvas => DrawRecap(canvas, sheet, text, rest, isRightToLeft)));
        }

        return layers.ToImmutable();
    }

    private static void DrawRecap(SKCanvas canvas, SlideSheet sheet, TextBlock text, SKRect box, bool isRightToLeft)
    {
        var y = SlideSheet.TopIn(box, text.Height);
        for (var i = 0; i < text.Paragraphs.Length; i++)
        {
            var side = isRightToLeft ? box.Right - 24 : box.Left;
            SlideSheet.FillRounded(
                canvas, new SKRect(side, y + (text.LineHeight * 0.5f) - 7, side + 14, y + (text.LineHeight * 0.5f) + 7), 4, sheet.Theme.Accent);
            text.DrawParagraph(canvas, i, isRightToLeft ? box.Left : box.Left + 48, y);
            y += text.HeightOf(i) + text.Gap;
        }
    }
}
