using System.Collections.Immutable;
using SkiaSharp;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Slides;

/// <summary>Paragraphs, each appearing when the voice comes to it.</summary>
internal static class ParagraphSlide
{
    /// <summary>Longer lines are tiring to read.</summary>
    private const float MaxWidth = 1560;

    /// <summary>A few words stand larger than many: they are all that there is to see.</summary>
    private const int StatementLength = 90;

    public static ImmutableArray<SlideLayer> Layers(SlideSheet sheet, Scene scene, SKRect box)
    {
        var items = scene.Lines.Where(line => !string.IsNullOrWhiteSpace(line)).ToList();
        var isStatement = items.Sum(line => line.Length) <= StatementLength;
        var width = Math.Min(box.Width, MaxWidth);
        var text = TextBlock.Fit(
            sheet.Shaper,
            items,
            new TextStyle(SlideTheme.Primary, LineHeight: 1.46f),
            new SKSize(width, box.Height),
            (isStatement ? 80 : 62, 22),
            gap: 0.75f,
            balanced: true);
        var layers = ImmutableArray.CreateBuilder<SlideLayer>();
        var y = SlideSheet.TopIn(box, text.Height);
        for (var i = 0; i < text.Paragraphs.Length; i++)
        {
            var (paragraph, top) = (i, y);
            var left = text.Paragraphs[i].IsRightToLeft ? box.Right - width : box.Left;
            layers.Add(new SlideLayer(canvas => text.DrawParagraph(canvas, paragraph, left, top), items[i]));
            y += text.HeightOf(i) + text.Gap;
        }

        return layers.ToImmutable();
    }
}
