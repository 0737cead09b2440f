using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Api.Events;

/// <summary>
/// A task as server-sent events. The id of an event is the version of the state, so that a reader who comes back with the last one misses nothing that is
/// still true. The stream ends after the state of a finished task; asking again after that one gets a 204, on which browsers stop asking.
/// </summary>
internal static class TaskEvents
{
    public static async Task<IResult> StreamAsync(
        string id,
        [FromHeader(Name = "Last-Event-ID")] string? lastEventId,
        IGrainFactory grains,
        TaskFeeds feeds,
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

            await SendAsync(task, present, seen > present.Version ? 0 : seen, feeds, stream, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The reader left, or the silo stops: the reader comes back, here or elsewhere, with the last id that it saw.
        }

        return TypedResults.Empty;
    }

    private static async Task SendAsync(
        TaskId task, TaskSnapshot present, long seen, TaskFeeds feeds, EventStream stream, CancellationToken stop)
    {
        // Registered once, and not for each wait: there are thousands of streams, and most of them wait.
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = stop.Register(stopped.SetResult);
        var feed = feeds.Join(task);
        try
        {
            // Others may have begun the watching, and it may not have come to what this reader can know already.
            if (present.Version > seen && feed.IsBehind(present.Version))
            {
                seen = present.Version;
                await stream.SendAsync(TaskEvent.Of(present).Text, stop);
            }

            for (var beats = feed.Beats; ;)
            {
                var (news, isOver, changed) = feed.Read();
                if (news?.Version > seen)
                {
                    seen = news.Version;
                    await stream.SendAsync(news.Text, stop);
                }
                else if (isOver)
                {
                    return;
                }
                else if (feed.Beats != beats)
                {
                    beats = feed.Beats;
                    await stream.KeepAliveAsync(stop);
                }
                else
                {
                    await Task.WhenAny(changed, stopped.Task);
                    stop.ThrowIfCancellationRequested();
                }
            }
        }
        finally
        {
            feeds.Leave(task, feed);
        }
    }
}
