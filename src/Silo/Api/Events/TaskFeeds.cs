using System.Runtime.ExceptionServices;
using System.Text;
using System.Text.Json;
using VideoGen.Client.Tasks;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Silo.Api.Events;

/// <summary>
/// The tasks whose events are read at this silo. However many read those of one task, it is watched once and each event is written once; a task that nobody
/// reads costs nothing.
/// </summary>
internal sealed class TaskFeeds(PipelineClient tasks, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TaskId, TaskFeed> _feeds = [];

    public TaskFeed Join(TaskId task)
    {
        lock (_gate)
        {
            if (!_feeds.TryGetValue(task, out var feed))
            {
                _feeds.Add(task, feed = new TaskFeed(time));
                _ = FollowAsync(task, feed);
            }

            feed.Readers++;
            return feed;
        }
    }

    public void Leave(TaskId task, TaskFeed feed)
    {
        lock (_gate)
        {
            if (--feed.Readers == 0)
            {
                Forget(task, feed);
                feed.Dispose();
            }
        }
    }

    private async Task FollowAsync(TaskId task, TaskFeed feed)
    {
        var ended = feed.Ended;
        await Task.Yield();
        Exception? fault = null;
        try
        {
            await foreach (var snapshot in tasks.WatchAsync(task, 0, ended))
            {
                feed.Publish(TaskEvent.Of(snapshot));
            }
        }
#pragma warning disable CA1031 // Each reader throws it, at the end of its own request.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            fault = exception;
        }

        // A finished task may be opened again: who comes from now on watches it anew.
        lock (_gate)
        {
            Forget(task, feed);
        }

        feed.Close(fault);
    }

    private void Forget(TaskId task, TaskFeed feed)
    {
        if (_feeds.TryGetValue(task, out var known) && known == feed)
        {
            _feeds.Remove(task);
        }
    }
}

/// <summary>One task that is watched for all who read its events. It keeps the newest state alone, so a slow reader costs nothing.</summary>
internal sealed class TaskFeed : IDisposable
{
    private static readonly TimeSpan BeatInterval = TimeSpan.FromSeconds(15);

    private readonly CancellationTokenSource _end = new();
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskEvent? _newest;
    private bool _isOver;
    private ExceptionDispatchInfo? _fault;

    public TaskFeed(TimeProvider time) => _timer = time.CreateTimer(_ => Change(() => Beats++), null, BeatInterval, BeatInterval);

    /// <summary>Rises now and then, so that neither side of a quiet stream takes it for a dead one.</summary>
    public int Beats { get; private set; }

    /// <summary>How many read; under the gate of the feeds.</summary>
    public int Readers { get; set; }

    public CancellationToken Ended => _end.Token;

    /// <summary>The newest event, whether none follows it, and what completes when that is not so any more.</summary>
    public (TaskEvent? Newest, bool IsOver, Task Changed) Read()
    {
        lock (_gate)
        {
            _fault?.Throw();
            return (_newest, _isOver, _changed.Task);
        }
    }

    /// <summary>Whether the watching has not come to a version yet that somebody knows of.</summary>
    public bool IsBehind(long version)
    {
        lock (_gate)
        {
            return _newest is null || _newest.Version < version;
        }
    }

    public void Publish(TaskEvent newest) => Change(() => _newest = newest);

    public void Close(Exception? fault) =>
        Change(() => (_isOver, _fault) = (true, fault is null ? null : ExceptionDispatchInfo.Capture(fault)));

    public void Dispose()
    {
        _timer.Dispose();
        _end.Cancel();
        _end.Dispose();
    }

    private void Change(Action change)
    {
        lock (_gate)
        {
            change();
            var changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            changed.SetResult();
        }
    }
}

/// <summary>A state as an event.</summary>
/// <param name="Version">Its id.</param>
/// <param name="Text">As it goes over the wire.</param>
internal sealed record TaskEvent(long Version, ReadOnlyMemory<byte> Text)
{
    public static TaskEvent Of(TaskSnapshot snapshot)
    {
        var progress = TaskProgress.Of(snapshot.ToState());
        var data = JsonSerializer.Serialize(progress, ApiJson.Default.TaskProgress);
        return new TaskEvent(progress.Version, Encoding.UTF8.GetBytes($"id: {progress.Version}\ndata: {data}\n\n"));
    }
}
