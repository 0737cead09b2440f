using VideoGen.Silo.Api;
using VideoGen.Tasks.Queries;

namespace VideoGen.Silo.Dashboard.Board;

/// <summary>
/// Asks the store once a second for each view that is open in a browser, and hands the answer to all browsers that show it. However many there are, the
/// store sees one question for each different view, and none when no page is open.
/// </summary>
internal sealed partial class BoardFeed(ITaskIndex index, TimeProvider time, ILogger<BoardFeed> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>A page is drawn once before its browser connects; what it was drawn from is at hand for as long.</summary>
    private static readonly TimeSpan KeptUnwatched = TimeSpan.FromSeconds(10);

    /// <summary>Views that are kept; one past it is drawn once, and follows when others have gone (T10).</summary>
    private const int MaxViews = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<BoardView, WatchedView> _views = [];

    /// <summary>What was last known of the view, at once.</summary>
    public TaskBoard? Latest(BoardView view)
    {
        lock (_gate)
        {
            return _views.GetValueOrDefault(view)?.Board;
        }
    }

    public async Task<TaskBoard> ReadAsync(BoardView view, CancellationToken cancellationToken)
    {
        var board = await QueryAsync(view, Latest(view), cancellationToken);
        lock (_gate)
        {
            Keep(view)?.Board = board;
        }

        return board;
    }

    /// <summary>Calls back about once a second, on any thread, until the result is disposed of.</summary>
    public IDisposable Watch(BoardView view, Action<TaskBoard> changed)
    {
        lock (_gate)
        {
            Keep(view)?.Watchers.Add(changed);
        }

        return new Subscription(this, view, changed);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var view in ViewsInUse())
            {
                var board = await QueryAsync(view, Latest(view), stoppingToken);
                foreach (var changed in Publish(view, board))
                {
                    changed(board);
                }
            }
        }
    }

    private async Task<TaskBoard> QueryAsync(BoardView view, TaskBoard? last, CancellationToken cancellationToken)
    {
        try
        {
            return new TaskBoard(await index.QueryAsync(view.ToQuery(), cancellationToken), await index.CountAsync(view.ToCountQuery(), cancellationToken));
        }
        catch (ArgumentException exception)
        {
            return TaskBoard.Empty with { Problem = exception.Message };
        }
        catch (NotSupportedException exception)
        {
            return TaskBoard.Empty with { Problem = exception.Message, Status = StatusCodes.Status501NotImplemented };
        }
#pragma warning disable CA1031 // The page shows what it knows and says that it is old; the next second asks again.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogQueryFailed(exception);
            return (last ?? TaskBoard.Empty) with
            {
                Problem = "The task store does not answer; what you see may be old.",
                Status = UnavailableStorage.StatusOf(exception) ?? StatusCodes.Status500InternalServerError,
            };
        }
    }

    private List<BoardView> ViewsInUse()
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            foreach (var (view, _) in _views.Where(entry => entry.Value.Watchers.Count == 0 && now - entry.Value.LeftAt > KeptUnwatched).ToArray())
            {
                _views.Remove(view);
            }

            return [.. _views.Where(entry => entry.Value.Watchers.Count > 0).Select(entry => entry.Key)];
        }
    }

    private Action<TaskBoard>[] Publish(BoardView view, TaskBoard board)
    {
        lock (_gate)
        {
            if (!_views.TryGetValue(view, out var watched))
            {
                return [];
            }

            watched.Board = board;
            return [.. watched.Watchers];
        }
    }

    /// <summary>Under the gate.</summary>
    private WatchedView? Keep(BoardView view)
    {
        if (!_views.TryGetValue(view, out var watched) && _views.Count < MaxViews)
        {
            watched = new WatchedView();
            _views.Add(view, watched);
        }

        watched?.LeftAt = time.GetUtcNow();
        return watched;
    }

    private void Leave(BoardView view, Action<TaskBoard> changed)
    {
        lock (_gate)
        {
            if (_views.TryGetValue(view, out var watched))
            {
                watched.Watchers.Remove(changed);
                watched.LeftAt = time.GetUtcNow();
            }
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The list of tasks could not be read for the dashboard.")]
    private partial void LogQueryFailed(Exception exception);

    private sealed class WatchedView
    {
        public List<Action<TaskBoard>> Watchers { get; } = [];

        public TaskBoard? Board { get; set; }

        public DateTimeOffset LeftAt { get; set; }
    }

    private sealed class Subscription(BoardFeed feed, BoardView view, Action<TaskBoard> changed) : IDisposable
    {
        public void Dispose() => feed.Leave(view, changed);
    }
}
