using SkiaSharp;

namespace VideoGen.Stages.Slides;

/// <summary>Draws the different pictures of a clip, in order. Two states are kept at a time, whatever the number of layers.</summary>
internal sealed class SlideReel(Slide slide, SlideSheet sheet, int width, int height)
{
    /// <summary>Writes each picture of the plan. Its data is good until the next picture is drawn.</summary>
    public async Task DrawAsync(FramePlan plan, Func<byte[], Task> write, CancellationToken cancellationToken)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Bgra8888, SKAlphaType.Premul));
        using var canvas = new SKCanvas(bitmap);
        var (held, coming, mixture) = (new PlanarFrame(width, height), new PlanarFrame(width, height), new PlanarFrame(width, height));
        canvas.Scale(sheet.Scale);
        slide.Ground(canvas);
        held.Read(bitmap);
        var (heldState, comingState) = (0, 0);
        foreach (var picture in plan.Pictures)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (picture.State != heldState && picture.State != comingState)
            {
                for (var layer = comingState > heldState ? comingState : heldState; layer < picture.State; layer++)
                {
                    DrawState(canvas, layer);
                }

                coming.Read(bitmap);
                comingState = picture.State;
            }

            if (picture.State == heldState)
            {
                await write(held.Data).ConfigureAwait(false);
            }
            else if (picture.Share < 256)
            {
                mixture.Mix(held, coming, picture.Share);
                await write(mixture.Data).ConfigureAwait(false);
            }
            else
            {
                (held, coming) = (coming, held);
                heldState = comingState;
                await write(held.Data).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Draws the layer that leads from a state to the next; after the last layer, the ending.</summary>
    private void DrawState(SKCanvas canvas, int state) => (state < slide.Layers.Length ? slide.Layers[state].Draw : slide.Ending)(canvas);
}
