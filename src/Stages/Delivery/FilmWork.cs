using System.Collections.Immutable;
using System.Globalization;
using VideoGen.Client.Stages;
using VideoGen.Stages.Video;
using VideoGen.Tasks;
using VideoGen.Tasks.State;

namespace VideoGen.Stages.Delivery;

/// <summary>A film while it is joined: one of those that the stage makes, one after the other, each in a folder of its own.</summary>
internal sealed class FilmWork
{
    private readonly int _index;
    private readonly int _count;

    /// <param name="context">Of the stage.</param>
    /// <param name="language">BCP 47; null for the document's own.</param>
    /// <param name="index">Of the film, from 0.</param>
    /// <param name="count">How many films there are.</param>
    public FilmWork(StageContext context, string? language, int index, int count)
    {
        (Context, Language, _index, _count) = (context, language, index, count);
        Folder = language is null ? context.WorkingDirectory : Path.Combine(context.WorkingDirectory, $"film-{index.ToString(CultureInfo.InvariantCulture)}");
        Directory.CreateDirectory(Folder);
    }

    public StageContext Context { get; }

    public string? Language { get; }

    public string Folder { get; }

    public string Local(string name) => Path.Combine(Folder, name);

    /// <summary>How far this film is, as a part of all.</summary>
    public Task ReportAsync(double fraction, string message, CancellationToken cancellationToken) =>
        Context.ReportProgressAsync((_index + fraction) / _count, _count == 1 ? message : $"{message} ({Language ?? "own language"})", cancellationToken);

    /// <summary>Stores a file of the folder, under a name that says its language.</summary>
    public Task<Artifact> SaveAsync(string name, string mediaType, CancellationToken cancellationToken) =>
        Context.SaveArtifactAsync(ArtifactNames.In(name, Language), Local(name), mediaType, cancellationToken);

    /// <summary>Whether a stage worked for this film: those of no one scene did for each, the others for that of their language.</summary>
    public bool Has(StageName stage)
    {
        var unit = SceneUnit.Of(stage.Unit);
        var language = stage.Kind == DocumentVideoPipeline.Translation ? unit.Language ?? unit.Scene : unit.Language;
        return stage.Unit is null || language == Language;
    }
}

/// <summary>A film that was joined.</summary>
/// <param name="Language">BCP 47; null for the document's own.</param>
/// <param name="Artifacts">All that was stored of it.</param>
/// <param name="Report">When its sentences are heard.</param>
internal sealed record JoinedFilm(string? Language, ImmutableArray<Artifact> Artifacts, TimingReport Report)
{
    /// <param name="name">The plain name.</param>
    public string UriOf(string name) => Artifacts.First(artifact => artifact.Name == ArtifactNames.In(name, Language)).Uri;
}
