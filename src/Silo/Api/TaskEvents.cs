using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using VideoGen.Client.Tasks;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Api;

/// <summary>
/// A task as server-sent events. The id of an event is the version of the state, so that a reader who comes back with the last one misses nothing that is
/// still true. The stream ends after the state of a finished task; asking again after that one gets a 204, on which browsers stop asking.
/// </summary>
internal static class TaskEvents
{
    private static readonly TimeSpan KeepAliveInterval = TimeSpan.FromSeconds(15);

    public static async Task<IResult> StreamAsync(
        string id,
        [FromHeader(Name = "Last-Event-ID")] string? lastEventId,
        IGrainFactory grains,
        PipelineClient tasks,
        TimeProvider time,
        IHostApplicationLifetime lifetime,
        HttpContext context)
    {
        if (!TaskId.TryParse(id, out var task, out var problem))
        {
            return Problems.BadRequest(problem!);
        }

        long seen = 0;
        if (!string.IsNullOrEmpty(lastEventId) && !long.TryParse(lastEventId, NumberStyles.None, CultureInfo.InvariantCulture, out seen))
        {
            return Problems.BadRequest("The header Last-Event-ID is not the id of one of our events, which is a whole number.");
        }

        if (await grains.GetGrain<ITaskReaderGrain>(0).ReadAsync(task) is not { } present)
        {
            return Problems.NoSuchTask(task);
        }

        if (seen == present.Version && present.ToState().Status.IsFinished())
        {
            return TypedResults.NoContent();
        }

        // A version that the task has not reached is of another task of that id: it begins anew.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var stream = new EventStream(context.Response);
        try
        {
            await stream.BeginAsync(stop.Token);
            if (HttpMethods.IsHead(context.Request.Method))
            {
                return TypedResults.Empty;
            }

            await SendAsync(tasks.WatchAsync(task, seen > present.Version ? 0 : seen, stop.Token), stream, time, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The reader left, or the silo stops: the reader comes back, here or elsewhere, with the last id that it saw.
        }

        return TypedResults.Empty;
    }

    private static async Task SendAsync(IAsyncEnumerable<TaskSnapshot> versions, EventStream stream, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var snapshots = versions.GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            var next = snapshots.MoveNextAsync().AsTask();
            try
            {
                while (await Task.WhenAny(next, Task.Delay(KeepAliveInterval, time, cancellationToken)) != next)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    await stream.KeepAliveAsync(cancellationToken);
                }
            }
            finally
            {
                // What is asked for must have ended before the asking is: the reader who left has ended it.
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (!await next)
            {
                return;
            }

            var progress = TaskProgress.Of(snapshots.Current.ToState());
            await stream.SendAsync(progress.Version, JsonSerializer.Serialize(progress, ApiJson.Default.TaskProgress), cancellationToken);
        }
    }
}
