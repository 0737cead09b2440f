using System.Collections.Immutable;

namespace VideoGen.Stages.Delivery;

/// <summary>One caption: the one or two lines that are shown at a time.</summary>
/// <param name="Start">When it appears, from the start of the video.</param>
/// <param name="End">When it disappears, from the start of the video.</param>
/// <param name="Lines">One or two.</param>
internal sealed record Caption(TimeSpan Start, TimeSpan End, ImmutableArray<string> Lines)
{
    public const int MaxLineWidth = 42;

    public const int MaxLines = 2;

    /// <summary>Frames without a caption between two, so that the eye sees the change.</summary>
    public const int GapFrames = 2;

    /// <summary>Seconds.</summary>
    public const double MinDuration = 5 / 6.0;
    public const double MaxDuration = 7;

    /// <summary>The captions of all scenes.</summary>
    public static ImmutableArray<Caption> Of(IEnumerable<SceneMaterial> materials, int frameRate)
    {
        var captions = ImmutableArray.CreateBuilder<Caption>();
        foreach (var material in materials)
        {
            var offset = material.FirstFrame / (double)frameRate;
            var end = (material.FirstFrame + material.FrameCount) / (double)frameRate;
            List<CaptionWord> words = [.. material.Timing.Sentences.SelectMany(sentence => CaptionWord.Of(sentence, offset))];
            captions.AddRange(new CaptionPlan(words, end, frameRate).Captions());
        }

        return captions.ToImmutable();
    }
}
