using System.Collections.Immutable;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Slides;

/// <summary>A picture that is shown for some frames: a state of the slide, or a mixture on the way from one to the next.</summary>
/// <param name="State">0 for the ground, 1 with the first layer, and so on; one past the last layer is the ending.</param>
/// <param name="Share">Of this state against the one that was held before, from 1 to 256.</param>
/// <param name="Frames">How many frames.</param>
internal readonly record struct PlannedFrame(int State, int Share, int Frames);

/// <summary>
/// Which pictures a clip shows, and for how long each. There are few different ones: slides rest while they are read, and only fades move.
/// </summary>
internal sealed record FramePlan(ImmutableArray<PlannedFrame> Pictures)
{
    /// <summary>Seconds.</summary>
    private const double FadeDuration = 0.3;
    private const double OutDuration = 0.24;

    /// <summary>The head is whole before the voice begins, which leaves 0.3 seconds.</summary>
    private const double HeadDuration = 0.2;
    private const double LayerDelay = 0.2;

    /// <summary>An item appears this long before the voice comes to it.</summary>
    private const double Ahead = 0.25;

    public int FrameCount => Pictures.Sum(picture => picture.Frames);

    /// <summary>The frames of a clip that lasts as long as a voice, rounded up to a whole frame.</summary>
    public static int FramesFor(double duration, int frameRate) => Math.Max(1, (int)Math.Ceiling((duration * frameRate) - 1e-6));

    public static FramePlan Of(Slide slide, VoiceTiming timing, int frameRate)
    {
        var frames = FramesFor(timing.Duration, frameRate);
        var (headFade, fade) = (Math.Max(2, (int)Math.Round(HeadDuration * frameRate)), Math.Max(2, (int)Math.Round(FadeDuration * frameRate)));
        var outFade = Math.Min(frames, Math.Max(2, (int)Math.Round(OutDuration * frameRate)));
        var starts = LayerStarts(slide, timing, frameRate);
        var pictures = ImmutableArray.CreateBuilder<PlannedFrame>();
        var at = 0;
        var last = frames - outFade;
        var state = 0;
        while (state < starts.Length && starts[state] < last)
        {
            // Layers that are due during the fade of the layer before appear with it.
            var begin = Math.Max(starts[state], at);
            while (state + 1 < starts.Length && starts[state + 1] <= begin)
            {
                state++;
            }

            Hold(pictures, begin - at);
            var length = Math.Min(begin == 0 ? headFade : fade, last - begin);
            Fade(pictures, state + 1, length);
            at = begin + length;
            state++;
        }

        Hold(pictures, last - at);
        Fade(pictures, starts.Length + 1, frames - last);
        return new FramePlan(Merge(pictures));
    }

    private static ImmutableArray<int> LayerStarts(Slide slide, VoiceTiming timing, int frameRate)
    {
        var items = slide.Layers.Where(layer => layer.Item is not null).Select(layer => layer.Item!).ToList();
        var spoken = SpokenItems.Starts(items, timing);
        var starts = ImmutableArray.CreateBuilder<int>(slide.Layers.Length);
        var item = 0;
        var earliest = 0.0;
        foreach (var layer in slide.Layers)
        {
            earliest = layer.Item is null ? earliest : Math.Max(earliest, spoken[item++] - Ahead);
            starts.Add((int)Math.Round(earliest * frameRate));
            earliest += LayerDelay;
        }

        return starts.ToImmutable();
    }

    private static void Hold(ImmutableArray<PlannedFrame>.Builder pictures, int frames)
    {
        if (frames > 0)
        {
            pictures.Add(new PlannedFrame(pictures.Count == 0 ? 0 : pictures[^1].State, 256, frames));
        }
    }

    private static void Fade(ImmutableArray<PlannedFrame>.Builder pictures, int state, int frames)
    {
        for (var i = 1; i <= frames; i++)
        {
            var t = i / (double)frames;
            pictures.Add(new PlannedFrame(state, (int)Math.Round(t * t * (3 - (2 * t)) * 256), 1));
        }
    }

    /// <summary>Joins neighbours that show the same picture.</summary>
    private static ImmutableArray<PlannedFrame> Merge(ImmutableArray<PlannedFrame>.Builder pictures)
    {
        var merged = ImmutableArray.CreateBuilder<PlannedFrame>();
        foreach (var picture in pictures)
        {
            if (merged.Count > 0 && merged[^1] is var before && before.State == picture.State && before.Share == picture.Share)
            {
                merged[^1] = before with { Frames = before.Frames + picture.Frames };
            }
            else
            {
                merged.Add(picture);
            }
        }

        return merged.ToImmutable();
    }
}
