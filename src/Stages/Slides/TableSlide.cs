using System.Collections.Immutable;
using SkiaSharp;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Slides;

/// <summary>A table with a head band, or the chart that tells more than it. The row that the voice speaks of is lit.</summary>
internal static class TableSlide
{
    public static ImmutableArray<SlideLayer> Layers(SlideSheet sheet, Scene scene, string language, VoiceTiming? timing, SKRect box)
    {
        var spoken = SpokenRows.Of(scene.Rows, timing);
        if (ChartData.Of(scene, language) is { } data)
        {
            return ChartSlide.Layers(sheet, data, spoken, box);
        }

        var page = TablePage.Of(sheet, scene, box);
        return
        [
            new SlideLayer(canvas => page.Draw(canvas, null)),
            .. spoken.Where(one => one.Row is not { } row || row < page.RowCount)
                .Select(one => new SlideLayer(canvas => page.Draw(canvas, one.Row), At: one.Start)),
        ];
    }
}
