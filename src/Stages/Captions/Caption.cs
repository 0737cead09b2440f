using System.Collections.Immutable;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Captions;

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

    /// <summary>Those of one scene. No caption goes over from one scene into the next, so a film has those of its scenes.</summary>
    /// <param name="timing">When its sentences are heard.</param>
    /// <param name="firstFrame">The number of its first frame in the video; 0 in a clip of its own.</param>
    /// <param name="frameCount">How many frames it has.</param>
    /// <param name="frameRate">Frames a second.</param>
    public static IEnumerable<Caption> Of(VoiceTiming timing, int firstFrame, int frameCount, int frameRate)
    {
        var offset = firstFrame / (double)frameRate;
        var end = (firstFrame + frameCount) / (double)frameRate;
        List<CaptionWord> words = [.. timing.Sentences.SelectMany(sentence => CaptionWord.Of(sentence, offset))];
        return new CaptionPlan(words, end, frameRate).Captions();
    }
}
