using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using VideoGen.Files;
using VideoGen.Tasks;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Api.Watching;

/// <summary>
/// Puts a film together from the clips that the members of a group have finished. All of it comes from the durable state and the files that it names, so every
/// silo says the same.
/// </summary>
internal sealed class FilmReader(ServedArtifacts artifacts)
{
    private const string ClipType = "video/mp4";

    private const int MaxKept = 2_000;

    private readonly ConcurrentDictionary<string, FragmentedClip?> _clips = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ImmutableArray<ClipCaption>> _captions = new(StringComparer.Ordinal);

    /// <summary>Null where there is nothing to watch yet, or never will be: no group of the task makes clips in fragments.</summary>
    /// <exception cref="ArtifactException">A clip was changed.</exception>
    /// <exception cref="IOException">The store cannot be used now.</exception>
    public async Task<WatchedFilm?> FindAsync(TaskState state, CancellationToken cancellationToken)
    {
        if (state.Pipeline is null || MakerOf(state) is not { } maker)
        {
            return null;
        }

        var parts = ImmutableArray.CreateBuilder<FilmPart>();
        var members = state.Stages.Where(stage => stage.Name.Group == maker.Name).ToList();
        var own = OwnFilm(members);

        // The clips of other films come with those of this one, so nothing is added to it any more.
        var isWhole = maker.Status == RunStatus.Completed || own.Count < members.Count;
        FragmentedClip? before = null;
        var end = 0L;
        foreach (var stage in own)
        {
            if (ClipOf(stage) is not { } artifact || await ReadAsync(artifact, cancellationToken) is not { } clip)
            {
                isWhole = false;
                break;
            }

            end = before is null || before.Timescale == clip.Timescale ? end : (long)Math.Round((decimal)end * clip.Timescale / before.Timescale);
            var at = 0L;
            foreach (var fragment in clip.Fragments)
            {
                parts.Add(new FilmPart(stage.Name, artifact, clip, fragment, end, at, clip.HeadHash != before?.HeadHash, CaptionsOf(stage)));
                before = clip;
                at += fragment.Duration;
            }

            end += clip.Duration;
        }

        var edition = string.Create(CultureInfo.InvariantCulture, $"{state.CreatedAt.UtcTicks:x}-{state.Retries}");
        return parts.Count == 0 ? null : new WatchedFilm(edition, parts.ToImmutable(), isWhole || state.Status.IsFinished());
    }

    /// <summary>The bytes that stand before the parts of a clip, or those of a part, at its place in the film.</summary>
    /// <returns>Null when the file is not there.</returns>
    /// <exception cref="ArtifactException">The clip was changed.</exception>
    /// <exception cref="IOException">The store cannot be used now.</exception>
    public async Task<byte[]?> ReadAsync(WatchedFilm film, int number, bool isHead, CancellationToken cancellationToken)
    {
        var part = film.Parts[number];
        await using var file = await artifacts.OpenAsync(part.Artifact, cancellationToken);
        if (file is null)
        {
            return null;
        }

        var content = new byte[isHead ? part.Clip.HeadLength : part.Fragment.Length];
        file.Position = isHead ? 0 : part.Fragment.Offset;
        await file.ReadExactlyAsync(content, cancellationToken);
        if (!isHead)
        {
            part.Clip.Place(content, part.ClipStart, (uint)number + 1);
        }

        return content;
    }

    /// <summary>The captions that are shown while some parts of the film are, at their times in the film.</summary>
    /// <param name="parts">Which follow each other.</param>
    /// <param name="head">What stands below the first line of the file, with its line feed; empty for nothing.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ArtifactException">The captions of a clip were changed.</exception>
    /// <exception cref="IOException">The store cannot be used now.</exception>
    public async Task<string> CaptionsAsync(IReadOnlyList<FilmPart> parts, string head, CancellationToken cancellationToken)
    {
        var captions = new List<(TimeSpan, ClipCaption)>();
        foreach (var clip in parts.Where(part => part.Captions is not null).DistinctBy(part => part.Stage))
        {
            captions.AddRange((await ReadCaptionsAsync(clip.Captions!, cancellationToken)).Select(caption => (clip.Zero, caption)));
        }

        return ClipCaptions.Write(captions, parts[0].Start, parts[^1].End, head);
    }

    /// <summary>Without the members that make a clip of another one anew, in another language: <c>scene-001.de</c> beside <c>scene-001</c>.</summary>
    private static List<StageState> OwnFilm(List<StageState> members)
    {
        var units = members.Select(stage => stage.Name.Unit!).ToHashSet(StringComparer.Ordinal);
        return [.. members.Where(stage => stage.Name.Unit!.Split('.') is not [var unit, _] || !units.Contains(unit))];
    }

    /// <summary>The first group whose first member has made a clip.</summary>
    private static StageState? MakerOf(TaskState state) => state.Stages.FirstOrDefault(group =>
        group.Plan is { IsGroup: true } && state.Stages.FirstOrDefault(stage => stage.Name.Group == group.Name) is { } first && ClipOf(first) is not null);

    private static Artifact? ClipOf(StageState stage) => Find(stage, ClipType);

    private static Artifact? CaptionsOf(StageState stage) => Find(stage, ClipCaptions.MediaType);

    private static Artifact? Find(StageState stage, string mediaType) => stage.Status == RunStatus.Completed
        ? stage.ArtifactDetails?.Values.FirstOrDefault(artifact => artifact.MediaType == mediaType)
        : null;

    /// <summary>What is in a file goes by its hash, so it is read once.</summary>
    private async Task<FragmentedClip?> ReadAsync(Artifact artifact, CancellationToken cancellationToken)
    {
        if (_clips.TryGetValue(artifact.Sha256, out var known))
        {
            return known;
        }

        await using var file = await artifacts.OpenAsync(artifact, cancellationToken);
        if (file is null)
        {
            return null;
        }

        return Keep(_clips, artifact, await FragmentedClip.ReadAsync(file, cancellationToken));
    }

    /// <inheritdoc cref="ReadAsync(Artifact, CancellationToken)"/>
    private async Task<ImmutableArray<ClipCaption>> ReadCaptionsAsync(Artifact artifact, CancellationToken cancellationToken)
    {
        if (_captions.TryGetValue(artifact.Sha256, out var known))
        {
            return known;
        }

        await using var file = await artifacts.OpenAsync(artifact, cancellationToken);
        if (file is null || file.Length > ClipCaptions.MaxLength)
        {
            return [];
        }

        var isKept = file.Length <= ClipCaptions.MaxKeptLength;
        using var reader = new StreamReader(file);
        var captions = ClipCaptions.Read(await reader.ReadToEndAsync(cancellationToken));
        return isKept ? Keep(_captions, artifact, captions) : captions;
    }

    private static T Keep<T>(ConcurrentDictionary<string, T> kept, Artifact artifact, T content)
    {
        if (kept.Count >= MaxKept)
        {
            kept.Clear();
        }

        return kept[artifact.Sha256] = content;
    }
}
