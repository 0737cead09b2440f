using System.Collections.Immutable;
using SkiaSharp;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Slides;

/// <summary>Paragraphs as they stand, each appearing when the voice comes to it: poems, and texts that are too short for key phrases.</summary>
internal static class ParagraphSlide
{
    /// <summary>A few words stand larger than many: they are all that there is to see.</summary>
    private const int StatementLength = 110;

    public static ImmutableArray<SlideLayer> Layers(SlideSheet sheet, Scene scene, SKRect box)
    {
        var items = scene.Lines.Where(line => !string.IsNullOrWhiteSpace(line)).ToList();
        var isStatement = items.Sum(line => line.Length) <= StatementLength;
        var text = TextBlock.Fit(
            sheet.Shaper,
            items,
            new TextStyle(sheet.Theme.Primary, LineHeight: 1.42f),
            box.Size,
            (isStatement ? 64 : 44, SlideSheet.SmallestReading),
            gap: 0.6f,
            balanced: true);
        var layers = ImmutableArray.CreateBuilder<SlideLayer>();
        var y = SlideSheet.TopIn(box, text.Height);
        for (var i = 0; i < text.Paragraphs.Length; i++)
        {
            var (paragraph, top) = (i, y);
            layers.Add(new SlideLayer(canvas => text.DrawParagraph(canvas, paragraph, box.Left, top), items[i]));
            y += text.HeightOf(i) + text.Gap;
        }

        return layers.ToImmutable();
    }
}
