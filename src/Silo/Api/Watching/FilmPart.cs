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
/// <param name="IsNewHead">Whether players need the head of this clip before the part.</param>
internal sealed record FilmPart(StageName Stage, Artifact Artifact, FragmentedClip Clip, ClipFragment Fragment, long ClipStart, bool IsNewHead)
{
    public double Seconds => Fragment.Duration / (double)Clip.Timescale;
}

/// <summary>What there is of a film: the clips from the first one up to the first that is not finished.</summary>
/// <param name="Edition">
/// Another one after each retry, and for another task of the same id: while it is the same, nothing goes and nothing changes, parts are added at the end alone.
/// </param>
/// <param name="Parts">In order.</param>
/// <param name="IsWhole">Whether nothing is added any more, be it that the film is whole or that the task has ended.</param>
internal sealed record WatchedFilm(string Edition, ImmutableArray<FilmPart> Parts, bool IsWhole);
