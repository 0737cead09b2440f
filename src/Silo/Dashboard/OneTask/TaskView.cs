using System.Collections.Immutable;
using VideoGen.Client.Tasks;
using VideoGen.Silo.Api;
using VideoGen.Silo.Api.Watching;
using VideoGen.Silo.Dashboard.Live;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Workers;

namespace VideoGen.Silo.Dashboard.OneTask;

/// <summary>The page of one task.</summary>
/// <param name="Task">Which one.</param>
/// <param name="MayAct">Whether the one who looks may steer it.</param>
/// <param name="Find">What the lines of its log have in them; null for all lines.</param>
internal sealed record TaskView(TaskId Task, bool MayAct, string? Find) : LiveView
{
    private const int MaxFind = 128;

    public static TaskView Of(TaskId task, bool mayAct, IQueryCollection query) =>
        new(task, mayAct, query["log"].ToString().Trim() is { Length: > 0 and <= MaxFind } find ? find : null);

    public override ILiveSource Open(IServiceProvider services) => new TaskSource(
        this,
        services.GetRequiredService<PipelineClient>(),
        services.GetRequiredService<IGrainFactory>(),
        services.GetRequiredService<ServedArtifacts>(),
        services.GetRequiredService<FilmReader>(),
        services.GetRequiredService<TimeProvider>());
}

/// <summary>What the page of a task shows.</summary>
/// <param name="Snapshot">The durable state, as it is stored.</param>
/// <param name="State">The same, read.</param>
/// <param name="Now">By the clock of this silo.</param>
internal sealed record TaskPicture(TaskSnapshot Snapshot, TaskState State, DateTimeOffset Now)
{
    /// <summary>Why stages wait, by their names.</summary>
    public IReadOnlyDictionary<StageName, string> Waits { get; init; } = ImmutableDictionary<StageName, string>.Empty;

    /// <summary>Why nothing of the task is at work: of the first stage that waits for anything but another one; null when that is not so.</summary>
    public string? Standstill { get; init; }

    /// <summary>Which silo holds the grain; null when that is not known.</summary>
    public string? Silo { get; init; }

    /// <summary>How long stages of a kind took lately.</summary>
    public ImmutableArray<KindDuration> Durations { get; init; } = [];

    /// <summary>Stages that workers do at a time.</summary>
    public int Slots { get; init; }

    /// <summary>Whether the beginning of its film can be watched.</summary>
    public bool HasFilm { get; init; }

    public ImmutableArray<Chapter> Chapters { get; init; } = [];

    /// <summary>What stages said lately, the newest first.</summary>
    public ImmutableArray<LogLine> Log { get; init; } = [];

    /// <summary>What these lines have in them; null for all lines.</summary>
    public string? Find { get; init; }

    /// <summary>Why this may be old; null when it is not.</summary>
    public string? Problem { get; init; }

    public bool MayAct { get; init; }
}
