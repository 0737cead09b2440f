using System.Collections.Immutable;
using SkiaSharp;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Slides;

/// <summary>A table with a head band, or the chart that tells more than it. The row that the voice speaks of is lit.</summary>
internal static class TableSlide
{
    public static ImmutableArray<SlideLayer> Layers(SlideSheet sheet, Scene scene, SKRect box)
    {
        if (ChartData.Of(scene) is { } data)
        {
            return ChartSlide.Layers(sheet, data, box);
        }

        var page = TablePage.Of(sheet, scene, box);
        var layers = ImmutableArray.CreateBuilder<SlideLayer>();
        layers.Add(new SlideLayer(canvas => page.Draw(canvas, null)));
        for (var i = 0; i < page.RowCount; i++)
        {
            var row = i;
            layers.Add(new SlideLayer(canvas => page.Draw(canvas, row), string.Join(' ', scene.Rows[i]), OnlyWhenSpoken: true));
        }

        return layers.ToImmutable();
    }
}
