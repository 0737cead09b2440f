using System.Collections.Immutable;
using System.Globalization;
using VideoGen.Silo.Api;
using VideoGen.Silo.Dashboard.Live;
using VideoGen.Silo.Dashboard.Markup;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Dashboard.Board;

/// <summary>Asks the store again and again for one view of the list. However many browsers show it, the store sees one question.</summary>
internal sealed partial class BoardSource(BoardView view, ITaskIndex index, TimeProvider time, ILogger logger) : ILiveSource
{
    private static readonly TaskPage NoPage = new([], null);

    private static readonly TaskCounts NoCounts = new(ImmutableSortedDictionary<RunStatus, long>.Empty);

    private (TaskPage Page, TaskCounts Counts) _last = (NoPage, NoCounts);
    private TimeSpan _took;

    public async Task<Drawing> DrawAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var (problem, status) = await AskAsync(cancellationToken);
        _took = time.GetElapsedTime(started);
        var active = BoardFilter.Active.Count(_last.Counts);
        return new Drawing(
            active > 0 ? string.Create(CultureInfo.InvariantCulture, $"{active} active · VideoGen") : "Tasks · VideoGen",
            BoardMarkup.Of(view, _last.Page, _last.Counts, problem))
        {
            Status = status,
            Told = $"{active} active, {BoardFilter.Queued.Count(_last.Counts)} queued, {BoardFilter.Failed.Count(_last.Counts)} failed",
        };
    }

    public Task WaitAsync(CancellationToken cancellationToken) => Task.Delay(AskingPace.PauseAfter(_took), time, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<(string? Problem, int Status)> AskAsync(CancellationToken cancellationToken)
    {
        if (view.Problem is { } wrong)
        {
            return (wrong, StatusCodes.Status400BadRequest);
        }

        try
        {
            _last = (await index.QueryAsync(view.ToQuery(), cancellationToken), await index.CountAsync(view.ToCountQuery(), cancellationToken));
            return (null, StatusCodes.Status200OK);
        }
        catch (ArgumentException exception)
        {
            _last = (NoPage, NoCounts);
            return (exception.Message, StatusCodes.Status400BadRequest);
        }
        catch (NotSupportedException exception)
        {
            _last = (NoPage, NoCounts);
            return (exception.Message, StatusCodes.Status501NotImplemented);
        }
#pragma warning disable CA1031 // The page shows what it knows and says that it is old; the next moment asks again.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogQueryFailed(exception);
            return (
                "The task store does not answer; what you see may be old.",
                UnavailableStorage.StatusOf(exception) ?? StatusCodes.Status500InternalServerError);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The list of tasks could not be read for the dashboard.")]
    private partial void LogQueryFailed(Exception exception);
}
