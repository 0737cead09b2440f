using System.Collections.Immutable;
using VideoGen.Client.Display;
using VideoGen.Client.Tasks;
using VideoGen.Silo.Api;
using VideoGen.Silo.Api.Watching;
using VideoGen.Silo.Dashboard.Live;
using VideoGen.Silo.Dashboard.Markup;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Waits;
using VideoGen.Tasks.Workers;

namespace VideoGen.Silo.Dashboard.OneTask;

/// <summary>Follows one task for as long as somebody looks at it: over the death of its silo, and past its end, since a retry opens it again.</summary>
internal sealed class TaskSource(
    TaskView view, PipelineClient tasks, IGrainFactory grains, ServedArtifacts artifacts, FilmReader films, TimeProvider time) : ILiveSource
{
    private const string Stale = "The task cannot be read now; what you see may be old.";

    /// <summary>What others say of the task (why it waits, how long such stages take) is asked for again after this.</summary>
    private static readonly TimeSpan AskedEvery = TimeSpan.FromSeconds(2);

    /// <summary>Changes that come faster are drawn together.</summary>
    private static readonly TimeSpan DrawnAtMostEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a page waits for what others say: one that is opened, and one that is shown already.</summary>
    private static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private static readonly ImmutableDictionary<StageName, string> NoWaits = ImmutableDictionary<StageName, string>.Empty;

    private readonly CancellationTokenSource _closed = new();
    private readonly StageLog _log = new();
    private TaskSnapshot? _snapshot;
    private TaskState? _state;
    private TaskPicture? _picture;
    private TaskSnapshot? _askedFor;
    private DateTimeOffset _askedAt;
    private Task<TaskPicture>? _asking;
    private string? _problem;
    private Task? _following;
    private Task _awaited = Task.CompletedTask;
    private long _drawnAt;
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task<Drawing> DrawAsync(CancellationToken cancellationToken)
    {
        // What comes while the page is drawn is news, so the wait is for what comes from here on.
        _awaited = Volatile.Read(ref _news).Task;
        _drawnAt = time.GetTimestamp();
        if (_snapshot is null && await ReadFirstAsync(cancellationToken) is { } absence)
        {
            return absence;
        }

        var now = time.GetUtcNow();
        var snapshot = Volatile.Read(ref _snapshot)!;
        var isNew = _picture is null || _picture.Snapshot != snapshot;
        _state = isNew ? snapshot.ToState() : _state;
        if (isNew)
        {
            _log.Hear(_state!, now);
        }

        _picture = (_picture ?? new TaskPicture(snapshot, _state!, now) { MayAct = view.MayAct, Find = view.Find }) with
        {
            Snapshot = snapshot,
            State = _state!,
            Now = now,
            Log = _log.Of(_state!, view.Find),
            Problem = _problem,
        };
        if (isNew)
        {
            _picture = _picture with { HasFilm = await HasFilmAsync(_state!, cancellationToken) };
        }

        _picture = await AddAsync(_picture, cancellationToken);
        var state = _picture.State;
        return new Drawing($"{Percent.Of(state.OverallProgress)} % · {state.TaskId} · VideoGen", TaskMarkup.Of(_picture))
        {
            Version = snapshot.Version,
            Told = $"Task {state.TaskId} is {state.Status.ToWireName()}, {Percent.Of(state.OverallProgress)} %",
        };
    }

    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        _following ??= FollowAsync();

        // What nobody tells changes with time alone: bars that grow, and reasons to wait.
        await Task.WhenAny(_awaited, Task.Delay(AskedEvery, time, cancellationToken));
        if (DrawnAtMostEvery - time.GetElapsedTime(_drawnAt) is { Ticks: > 0 } rest)
        {
            await Task.Delay(rest, time, cancellationToken);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        await (_following ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _closed.Dispose();
    }

    private async Task<Drawing?> ReadFirstAsync(CancellationToken cancellationToken)
    {
        try
        {
            // What is followed meanwhile may have brought a newer state.
            var read = await grains.GetGrain<ITaskReaderGrain>(0).ReadAsync(view.Task);
            Interlocked.CompareExchange(ref _snapshot, read, null);
            return Volatile.Read(ref _snapshot) is null ? Absence("No such task", $"There is no task {view.Task}.", StatusCodes.Status404NotFound) : null;
        }
        catch (Exception exception) when (UnavailableStorage.StatusOf(exception) is { } status && !cancellationToken.IsCancellationRequested)
        {
            var heading = status == StatusCodes.Status503ServiceUnavailable ? "Storage does not answer now" : "This task cannot be read";
            return Absence(heading, exception.Message, status);
        }
    }

    public static Drawing Absence(string heading, string why, int status)
    {
        Html body = $"""
            <nav class="trail" aria-label="Where you are"><a href="/">← All tasks</a></nav>
            <section class="empty"><h1>{heading}</h1><p>{why}</p></section>
            """;
        return new Drawing($"{heading} · VideoGen", body) { Status = status };
    }

    private async Task FollowAsync()
    {
        await Task.Yield();
        while (!_closed.IsCancellationRequested)
        {
            try
            {
                await foreach (var snapshot in tasks.WatchAsync(view.Task, _snapshot?.Version ?? 0, Hear, _closed.Token))
                {
                    Take(snapshot, null);
                }

                // It is finished or gone. A finished one may be opened again.
                Take(await grains.GetGrain<ITaskReaderGrain>(0).ReadAsync(view.Task), null);
            }
#pragma warning disable CA1031 // The page says that it is not fresh, and asks again: also where a call was given up by others than this page.
            catch (Exception) when (!_closed.IsCancellationRequested)
#pragma warning restore CA1031
            {
                Take(_snapshot, Stale);
            }

            await Task.Delay(Tick, time, _closed.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Called on any thread, with what keeps the task from being read, or with null when it is read again.</summary>
    private void Hear(Exception? problem) => Take(_snapshot, problem is null ? null : Stale);

    private void Take(TaskSnapshot? snapshot, string? problem)
    {
        if (snapshot == _snapshot && problem == _problem)
        {
            return;
        }

        Volatile.Write(ref _snapshot, snapshot);
        _problem = problem;
        Interlocked.Exchange(ref _news, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    /// <summary>
    /// Adds what others say. The state does not wait for them long, since they may be in a silo that was killed a moment ago: it is on the screen before, and
    /// what they add comes when they answer.
    /// </summary>
    private async Task<TaskPicture> AddAsync(TaskPicture picture, CancellationToken cancellationToken)
    {
        var isFirst = _askedFor is null;
        if (_asking is null && (_askedFor != picture.Snapshot || picture.Now - _askedAt >= AskedEvery))
        {
            (_askedFor, _askedAt) = (picture.Snapshot, picture.Now);
            _asking = AskAsync(picture, _closed.Token);
        }

        if (_asking is null)
        {
            return picture;
        }

        await Task.WhenAny(_asking, Task.Delay(isFirst ? FirstPatience : Patience, time, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
        if (!_asking.IsCompleted)
        {
            _awaited = Task.WhenAny(_awaited, _asking);
            return picture;
        }

        var told = await _asking;
        _asking = null;
        var isOver = picture.State.Status.IsFinished();
        return picture with
        {
            Waits = isOver ? NoWaits : told.Waits,
            Standstill = isOver ? null : told.Standstill,
            Durations = told.Durations,
            Slots = told.Slots,
            Silo = told.Silo,
            Chapters = told.Chapters,
        };
    }

    private async Task<TaskPicture> AskAsync(TaskPicture picture, CancellationToken cancellationToken)
    {
        var state = picture.State;
        try
        {
            if (state.Status == RunStatus.Completed)
            {
                return picture with
                {
                    Waits = NoWaits,
                    Standstill = null,
                    Silo = picture.Silo ?? await FindSiloAsync(),
                    Chapters = picture.Chapters.IsEmpty ? await Chapter.ReadAsync(state, artifacts, cancellationToken) : picture.Chapters,
                };
            }

            if (state.Status.IsFinished())
            {
                return picture with { Waits = NoWaits, Standstill = null, Silo = picture.Silo ?? await FindSiloAsync() };
            }

            var waits = await grains.GetGrain<ITaskWaitsGrain>(0).ExplainAsync(view.Task) ?? [];
            var registry = grains.GetGrain<IWorkerRegistryGrain>(0);
            var workers = await registry.ListAsync();
            return picture with
            {
                Waits = waits.ToDictionary(wait => wait.Stage, wait => wait.Obstacle.SentenceWith(StageTitles.InText)),
                Standstill = waits.FirstOrDefault(wait => wait.Obstacle.Kind != ObstacleKind.Dependency)?.Obstacle.SentenceWith(StageTitles.InText),
                Durations = await registry.ListDurationsAsync(),
                Slots = workers.Where(worker => worker.Report is { IsDraining: false }).Sum(worker => worker.Report.Slots),
                Silo = await FindSiloAsync(),
            };
        }
#pragma warning disable CA1031 // The page says of the task itself whether it is fresh; what others would add is left out, and asked for again.
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return picture with { Waits = NoWaits, Standstill = null };
        }
    }

    /// <summary>A store that cannot be read now shows no player; it is asked again with the next state.</summary>
    private async Task<bool> HasFilmAsync(TaskState state, CancellationToken cancellationToken)
    {
        try
        {
            return await films.FindAsync(state, cancellationToken) is not null;
        }
        catch (Exception exception) when (exception is IOException or Files.ArtifactException)
        {
            return false;
        }
    }

    private async Task<string?> FindSiloAsync() =>
        (await grains.GetGrain<IManagementGrain>(0).GetActivationAddress(grains.GetGrain<ITaskStateGrain>(view.Task.Value)))?.ToString();
}
