using System.Collections.Immutable;
using VideoGen.Tasks;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Api.Watching;

/// <summary>A part of a film that is being made.</summary>
/// <param name="Stage">Who made its clip.</param>
/// <param name="Artifact">The clip.</param>
/// <param name="Clip">What is in it.</param>
/// <param name="Fragment">Which stretch of it.</param>
/// <param name="ClipStart">Where the clip begins in the film, in units of its picture's time.</param>
/// <param name="FragmentStart">Where the part begins in the clip, in the same units.</param>
/// <param name="IsNewHead">Whether players need the head of this clip before the part.</param>
/// <param name="Captions">Those of the clip; null where it has none.</param>
internal sealed record FilmPart(
    StageName Stage, Artifact Artifact, FragmentedClip Clip, ClipFragment Fragment, long ClipStart, long FragmentStart, bool IsNewHead, Artifact? Captions)
{
    public double Seconds => Fragment.Duration / (double)Clip.Timescale;

    /// <summary>When it begins in the film.</summary>
    public TimeSpan Start => At(ClipStart + FragmentStart);

    /// <summary>When it ends in the film.</summary>
    public TimeSpan End => At(ClipStart + FragmentStart + Fragment.Duration);

    /// <summary>When its clip begins in the film.</summary>
    public TimeSpan Zero => At(ClipStart);

    private TimeSpan At(long time) => TimeSpan.FromSeconds(time / (double)Clip.Timescale);
}

/// <summary>What there is of a film: the clips from the first one up to the first that is not finished.</summary>
/// <param name="Edition">
/// Another one after each retry, and for another task of the same id: while it is the same, nothing goes and nothing changes, parts are added at the end alone.
/// </param>
/// <param name="Parts">In order.</param>
/// <param name="IsWhole">Whether nothing is added any more, be it that the film is whole or that the task has ended.</param>
internal sealed record WatchedFilm(string Edition, ImmutableArray<FilmPart> Parts, bool IsWhole)
{
    public bool HasCaptions => Parts.Any(part => part.Captions is not null);
}
