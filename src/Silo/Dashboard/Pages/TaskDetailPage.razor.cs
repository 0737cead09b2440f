using Microsoft.AspNetCore.Components;
using Orleans.Runtime;
using VideoGen.Client.Display;
using VideoGen.Client.Tasks;
using VideoGen.Silo.Api;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Waits;

namespace VideoGen.Silo.Dashboard.Pages;

/// <summary>One task, as its grain publishes it.</summary>
public sealed partial class TaskDetailPage
{
    private const string NoSuchTask = "No such task";

    private const string Stale = "The task cannot be read now; what you see may be old.";

    /// <summary>Changes that come faster are drawn together: the eye sees no more, and the newest state is all that matters.</summary>
    private static readonly TimeSpan DrawnAtMostEvery = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan ExplainedEvery = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _closed = new();
    private TaskState? _state;
    private (string Heading, string Why)? _absence;
    private string? _problem;
    private string? _shown;
    private IReadOnlyDictionary<StageName, string> _waits = new Dictionary<StageName, string>();
    private Task _following = Task.CompletedTask;
    private Task _ticking = Task.CompletedTask;
    private Task _explaining = Task.CompletedTask;

    [Parameter]
    public string Id { get; set; } = "";

    /// <summary>What the page was first drawn from: the browser's connection goes on from it, so nothing flickers when it comes up.</summary>
    [Microsoft.AspNetCore.Components.PersistentState]
    public TaskSnapshot? Snapshot { get; set; }

    /// <summary>Which silo holds the grain, as it was when the page was drawn.</summary>
    [Microsoft.AspNetCore.Components.PersistentState]
    public string? SiloAddress { get; set; }

    [CascadingParameter]
    private HttpContext? Context { get; set; }

    [Inject]
    private IGrainFactory Grains { get; set; } = null!;

    [Inject]
    private PipelineClient Tasks { get; set; } = null!;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    private string Title => _state is null ? "VideoGen" : $"{Percent.Of(_state.OverallProgress)} % · {_state.TaskId} · VideoGen";

    private TimeSpan? Elapsed => _state?.StartedAt is { } started ? (_state.CompletedAt ?? Clock.GetUtcNow()) - started : null;

    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        await Task.WhenAll(_following, _ticking, _explaining).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _closed.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (Id == _shown)
        {
            return;
        }

        _shown = Id;
        if (!TaskId.TryParse(Id, out var task, out var problem))
        {
            ShowAbsence(NoSuchTask, problem!, StatusCodes.Status400BadRequest);
            return;
        }

        Show(Snapshot);
        if (Snapshot is null)
        {
            await ReadFirstAsync(task);
        }

        await ExplainAsync(task);
        if (RendererInfo.IsInteractive)
        {
            _explaining = KeepExplainingAsync(task);
            _following = FollowAsync(task);
            _ticking = TickAsync();
        }
    }

    /// <summary>A page that has nothing to show yet says why; when it is interactive, it goes on asking.</summary>
    private async Task ReadFirstAsync(TaskId task)
    {
        try
        {
            await ReadAsync(task);
        }
        catch (Exception exception) when (UnavailableStorage.StatusOf(exception) is { } status)
        {
            var heading = status == StatusCodes.Status503ServiceUnavailable ? "Storage does not answer now" : "This task cannot be read";
            ShowAbsence(heading, exception.Message, status);
        }
    }

    private async Task ReadAsync(TaskId task)
    {
        Show(await Grains.GetGrain<ITaskReaderGrain>(0).ReadAsync(task));
        if (Snapshot is null)
        {
            ShowAbsence(NoSuchTask, $"There is no task {Id}.", StatusCodes.Status404NotFound);
            return;
        }

        SiloAddress = (await Grains.GetGrain<IManagementGrain>(0).GetActivationAddress(Grains.GetGrain<ITaskStateGrain>(task.Value)))?.ToString();
    }

    /// <summary>Follows the task for as long as the page is open: over the death of its silo, and past its end, since a retry opens it again.</summary>
    private async Task FollowAsync(TaskId task)
    {
        while (!_closed.IsCancellationRequested)
        {
            try
            {
                await foreach (var snapshot in Tasks.WatchAsync(task, Snapshot?.Version ?? 0, Hear, _closed.Token))
                {
                    Show(snapshot);
                    StateHasChanged();
                    await Task.Delay(DrawnAtMostEvery, Clock, _closed.Token);
                }

                await ReadAsync(task);
            }
#pragma warning disable CA1031 // The page says that it is not fresh, and asks again.
            catch (Exception exception) when (exception is not OperationCanceledException)
#pragma warning restore CA1031
            {
                _problem = Stale;
            }

            StateHasChanged();
            await Task.Delay(Tick, Clock, _closed.Token);
        }
    }

    /// <summary>What stages wait for changes without a word of the task: others take and give back what it needs.</summary>
    private async Task KeepExplainingAsync(TaskId task)
    {
        using var timer = new PeriodicTimer(ExplainedEvery, Clock);
        while (await timer.WaitForNextTickAsync(_closed.Token))
        {
            await ExplainAsync(task);
            StateHasChanged();
        }
    }

    private async Task ExplainAsync(TaskId task)
    {
        if (_state is null || _state.Status.IsFinished())
        {
            _waits = new Dictionary<StageName, string>();
            return;
        }

        try
        {
            var waits = await Grains.GetGrain<ITaskWaitsGrain>(0).ExplainAsync(task) ?? [];
            _waits = waits.ToDictionary(wait => wait.Stage, wait => wait.Obstacle.SentenceWith(StageTitles.InText));
        }
#pragma warning disable CA1031 // The page says of the task itself whether it is fresh; a reason that cannot be had is left out, and asked for again.
        catch (Exception)
#pragma warning restore CA1031
        {
            _waits = new Dictionary<StageName, string>();
        }
    }

    /// <summary>Called on any thread, with what keeps the task from being read, or with null when it is read again.</summary>
    private void Hear(Exception? problem) => _ = InvokeAsync(() =>
    {
        _problem = problem is null ? null : Stale;
        StateHasChanged();
    });

    /// <summary>Durations grow while nothing else happens.</summary>
    private async Task TickAsync()
    {
        using var timer = new PeriodicTimer(Tick, Clock);
        while (await timer.WaitForNextTickAsync(_closed.Token))
        {
            if (_state?.Status == RunStatus.Running)
            {
                StateHasChanged();
            }
        }
    }

    private void Show(TaskSnapshot? snapshot)
    {
        if (snapshot is not null && ReferenceEquals(snapshot, Snapshot) && _state is not null)
        {
            return;
        }

        Snapshot = snapshot;
        _state = snapshot?.ToState();
        _problem = null;
    }

    private void ShowAbsence(string heading, string why, int status)
    {
        _absence = (heading, why);
        _state = null;
        if (Context is { Response.HasStarted: false } context)
        {
            // Set before the page is drawn, a 404 would be taken for an address without a page, and the page left out.
            context.Response.OnStarting(() =>
            {
                UnavailableStorage.Answer(context.Response, status);
                return Task.CompletedTask;
            });
        }
    }
}
