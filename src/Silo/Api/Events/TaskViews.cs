using System.Text.Json;
using VideoGen.Tasks.Queries;

namespace VideoGen.Silo.Api.Events;

/// <summary>
/// The views that streams follow now. However many follow one, the store is asked once for all of them; one that nobody follows costs nothing but the memory of
/// what it last knew, for as long as a reader may come back.
/// </summary>
internal sealed partial class TaskViews(ITaskIndex index, TimeProvider time, ILogger<TaskViews> logger)
{
    /// <summary>Different views at the same time (T10). One past it is told to come again later.</summary>
    private const int MaxViews = 128;

    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, TaskViewFeed> _feeds = new(StringComparer.Ordinal);

    /// <summary>Null when too many views are followed.</summary>
    public TaskViewFeed? Join(TaskQuery query)
    {
        var key = KeyOf(query);
        lock (_gate)
        {
            if (!_feeds.TryGetValue(key, out var feed))
            {
                if (_feeds.Count >= MaxViews && !TryForgetOldest())
                {
                    return null;
                }

                feed = new TaskViewFeed(query);
                _feeds.Add(key, feed);
            }

            if (feed.Watchers++ == 0)
            {
                _ = FollowAsync(feed, feed.Follow());
            }

            return feed;
        }
    }

    public void Leave(TaskViewFeed feed)
    {
        lock (_gate)
        {
            if (--feed.Watchers == 0)
            {
                feed.Pause();
                feed.IdleSince = time.GetTimestamp();
                _ = ForgetAsync(feed, feed.IdleSince);
            }
        }
    }

    /// <summary>Queries are the same view when everything that they ask for is the same.</summary>
    private static string KeyOf(TaskQuery query) => JsonSerializer.Serialize(query, EventsJson.Default.TaskQuery);

    private bool TryForgetOldest() =>
        _feeds.Where(pair => pair.Value.Watchers == 0).OrderBy(pair => pair.Value.IdleSince).Select(pair => pair.Key).FirstOrDefault() is { } oldest
        && _feeds.Remove(oldest);

    private async Task ForgetAsync(TaskViewFeed feed, long idleSince)
    {
        await Task.Delay(KeptFor, time);
        lock (_gate)
        {
            var key = KeyOf(feed.Query);
            if (feed.Watchers == 0 && feed.IdleSince == idleSince && _feeds.GetValueOrDefault(key) == feed)
            {
                _feeds.Remove(key);
            }
        }
    }

    private async Task FollowAsync(TaskViewFeed feed, CancellationToken following)
    {
        await Task.Yield();
        while (!following.IsCancellationRequested)
        {
            var started = time.GetTimestamp();
            try
            {
                feed.Publish(await ReadAsync(feed.Query, following), following);
            }
            catch (OperationCanceledException) when (following.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever goes wrong is said to those who follow the view, and must not leave it still for ever.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                if (feed.Fail(exception, following))
                {
                    LogReadFailed(exception);
                }
            }

            var pause = AskingPace.PauseAfter(time.GetElapsedTime(started));
            await Task.Delay(pause, time, following).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>By creation, as a task never changes its place in that order: what stays as it is, is read once.</summary>
    private async Task<List<TaskSummary>> ReadAsync(TaskQuery query, CancellationToken cancellationToken)
    {
        var tasks = new List<TaskSummary>();
        for (var asked = query with { PageSize = TaskQuery.MaxPageSize }; ;)
        {
            var page = await index.QueryAsync(asked, cancellationToken);
            tasks.AddRange(page.Tasks);
            if (tasks.Count > TaskViewFeed.MaxTasks)
            {
                throw new ViewTooWideException();
            }

            if (page.Next is not { } next)
            {
                return tasks;
            }

            asked = asked with { After = next };
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "A list of tasks that is followed over HTTP could not be read. It is tried again.")]
    private partial void LogReadFailed(Exception exception);
}
