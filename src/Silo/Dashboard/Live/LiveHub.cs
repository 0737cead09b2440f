namespace VideoGen.Silo.Dashboard.Live;

/// <summary>The views that browsers show now. However many show one, it is drawn once; a view that nobody shows costs nothing.</summary>
internal sealed partial class LiveHub(IServiceProvider services, TimeProvider time, ILogger<LiveHub> logger)
{
    /// <summary>Different views at the same time (T10). One past it is told to come again later.</summary>
    private const int MaxViews = 512;

    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a view that cannot be read just now is not sent to browsers, if it could never be read here: those that come from a silo that died show its
    /// last state meanwhile, and this silo needs a moment to find where its grains are now.
    /// </summary>
    private static readonly TimeSpan UnreadablePatience = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<LiveView, LiveFeed> _feeds = [];

    /// <summary>Null when too many views are open.</summary>
    public LiveFeed? Join(LiveView view)
    {
        lock (_gate)
        {
            if (!_feeds.TryGetValue(view, out var feed))
            {
                if (_feeds.Count >= MaxViews)
                {
                    return null;
                }

                feed = new LiveFeed();
                _feeds.Add(view, feed);
                _ = DrawAsync(view, feed);
            }

            feed.Watchers++;
            return feed;
        }
    }

    public void Leave(LiveView view, LiveFeed feed)
    {
        lock (_gate)
        {
            if (--feed.Watchers == 0)
            {
                _feeds.Remove(view);
                feed.Dispose();
            }
        }
    }

    private async Task DrawAsync(LiveView view, LiveFeed feed)
    {
        var ended = feed.Ended;
        var opened = time.GetTimestamp();
        var isPublished = false;
        await Task.Yield();
        while (!ended.IsCancellationRequested)
        {
            try
            {
                await using var source = view.Open(services);
                while (true)
                {
                    var drawing = await source.DrawAsync(ended);
                    if (isPublished || drawing.Status != StatusCodes.Status503ServiceUnavailable || time.GetElapsedTime(opened) >= UnreadablePatience)
                    {
                        feed.Publish(drawing);
                        isPublished = true;
                    }

                    await source.WaitAsync(ended);
                }
            }
            catch (OperationCanceledException) when (ended.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // A source says itself what it cannot read. Whatever else goes wrong must not leave the page still for ever.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                LogDrawingFailed(view, exception);
                await Task.Delay(AfterFailure, time, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Error, "A page could not be drawn: {View}. It is tried again.")]
    private partial void LogDrawingFailed(LiveView view, Exception exception);
}
