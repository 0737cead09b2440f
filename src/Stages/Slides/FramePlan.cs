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
    /// <summary>Seconds. The head is whole before the voice begins, which leaves as long.</summary>
    private const double FadeDuration = 0.3;
    private const double OutDuration = 0.2;

    /// <summary>Between layers that nothing but their order tells apart.</summary>
    private const double LayerDelay = 0.2;

    /// <summary>An item appears this long before the voice comes to it.</summary>
    private const double Ahead = 0.25;

    /// <summary>The start of a layer that is never shown.</summary>
    private const int Unspoken = int.MaxValue;

    public int FrameCount => Pictures.Sum(picture => picture.Frames);

    /// <summary>The frames of a clip that lasts as long as a voice, rounded up to a whole frame.</summary>
    public static int FramesFor(double duration, int frameRate) => Math.Max(1, (int)Math.Ceiling((duration * frameRate) - 1e-6));

    public static FramePlan Of(Slide slide, VoiceTiming timing, int frameRate)
    {
        var frames = FramesFor(timing.Duration, frameRate);
        var fade = Math.Max(2, (int)Math.Round(FadeDuration * frameRate));
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
            var length = Math.Min(fade, last - begin);
            Fade(pictures, state + 1, length, EaseOut);
            at = begin + length;
            state++;
        }

        Hold(pictures, last - at);
        Fade(pictures, starts.Length + 1, frames - last, EaseIn);
        return new FramePlan(Merge(pictures));
    }

    /// <summary>The same frames, and a picture begins with each frame that is a multiple of the interval.</summary>
    public FramePlan CutEvery(int interval)
    {
        var pictures = ImmutableArray.CreateBuilder<PlannedFrame>(Pictures.Length);
        var at = 0;
        foreach (var picture in Pictures)
        {
            for (var left = picture.Frames; left > 0;)
            {
                var frames = Math.Min(left, interval - (at % interval));
                pictures.Add(picture with { Frames = frames });
                (at, left) = (at + frames, left - frames);
            }
        }

        return new FramePlan(pictures.ToImmutable());
    }

    /// <summary>The frame at which each layer begins to appear; one that the voice never comes to begins with the next that it does come to.</summary>
    private static ImmutableArray<int> LayerStarts(Slide slide, VoiceTiming timing, int frameRate)
    {
        var spoken = new Queue<double>(SpokenItems.Starts(Items(slide, onlyWhenSpoken: false), timing));
        var found = new Queue<double?>(SpokenItems.Find(Items(slide, onlyWhenSpoken: true), timing));
        var starts = new int[slide.Layers.Length];
        var earliest = 0.0;
        for (var i = 0; i < starts.Length; i++)
        {
            var layer = slide.Layers[i];
            double? start = layer.At is { } known ? known - Ahead
                : layer.Item is null ? earliest
                : layer.OnlyWhenSpoken ? found.Dequeue() - Ahead
                : spoken.Dequeue() - Ahead;
            if (start is { } time)
            {
                earliest = Math.Max(earliest, time);
                starts[i] = (int)Math.Round(earliest * frameRate);
                earliest += LayerDelay;
            }
            else
            {
                starts[i] = Unspoken;
            }
        }

        for (var i = starts.Length - 2; i >= 0; i--)
        {
            starts[i] = starts[i] == Unspoken ? starts[i + 1] : starts[i];
        }

        return [.. starts];
    }

    private static List<string> Items(Slide slide, bool onlyWhenSpoken) =>
        [.. slide.Layers.Where(layer => layer.Item is not null && layer.OnlyWhenSpoken == onlyWhenSpoken).Select(layer => layer.Item!)];

    private static void Hold(ImmutableArray<PlannedFrame>.Builder pictures, int frames)
    {
        if (frames > 0)
        {
            pictures.Add(new PlannedFrame(pictures.Count == 0 ? 0 : pictures[^1].State, 256, frames));
        }
    }

    private static void Fade(ImmutableArray<PlannedFrame>.Builder pictures, int state, int frames, Func<double, double> ease)
    {
        for (var i = 1; i <= frames; i++)
        {
            pictures.Add(new PlannedFrame(state, Math.Max(1, (int)Math.Round(ease(i / (double)frames) * 256)), 1));
        }
    }

    /// <summary>What enters is there at once, and settles.</summary>
    private static double EaseOut(double t) => 1 - Math.Pow(1 - t, 3);

    /// <summary>What leaves lingers, and is gone.</summary>
    private static double EaseIn(double t) => t * t;

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
