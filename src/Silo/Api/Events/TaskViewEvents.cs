using System.Runtime.ExceptionServices;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using VideoGen.Silo.Access;

namespace VideoGen.Silo.Api.Events;

/// <summary>
/// All tasks that a list finds, as server-sent events: first the view as it is, then each task that enters it, changes or leaves it. The id of an event tells
/// the state that it leads to, so a reader who comes back with the last one is told what came after it, or else the whole view again.
/// </summary>
internal static class TaskViewEvents
{
    /// <summary>The last part of the address. A task may have that id; it is read there by who asks for no event stream.</summary>
    public const string Name = "events";

    private static readonly TimeSpan KeepAliveInterval = TimeSpan.FromSeconds(15);

    /// <summary>What a list is read by page after page, and a stream is not.</summary>
    private static readonly string[] OfPages = ["sort", "order", "page", "page_size"];

    public static async Task<IResult> StreamAsync(
        [AsParameters] TaskViewRequest request,
        [FromHeader(Name = "Last-Event-ID")] string? lastEventId,
        TaskViews views,
        TaskCalls calls,
        TimeProvider time,
        IHostApplicationLifetime lifetime,
        HttpContext context)
    {
        if (await IsForTaskAsync(context, calls))
        {
            await TasksApi.ReadAsync(Name, context, calls);
            return TypedResults.Empty;
        }

        if (OfPages.FirstOrDefault(context.Request.Query.ContainsKey) is { } unfit)
        {
            return Problems.BadRequest($"The parameter '{unfit}' is for lists: a stream has no pages, and its tasks are in the order in which they change.");
        }

        if (request.ToConditions(out var problem) is not { } asked)
        {
            return Problems.BadRequest(problem!);
        }

        ViewMark? seen = null;
        if (!string.IsNullOrEmpty(lastEventId))
        {
            if (!ViewMark.TryParse(lastEventId, out var mark))
            {
                return Problems.BadRequest("The header Last-Event-ID is not the id of one of our events, which has 32 hexadecimal digits.");
            }

            seen = mark;
        }

        if (context.GetCaller().Narrow(asked) is not { } query)
        {
            return Problems.Of(ProblemType.Forbidden, "This key sees tasks with its own labels alone, and no such task has the labels that are asked for.");
        }

        if (views.Join(query) is not { } feed)
        {
            UnavailableStorage.Answer(context.Response, StatusCodes.Status503ServiceUnavailable);
            return Problems.Of(ProblemType.Unavailable, "Too many different views are followed at this silo. Try again in a few seconds, or at another silo.");
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            await feed.WaitUntilReadAsync(stop.Token);
            var news = feed.Begin(seen);
            if (news.Failure is { } failure)
            {
                return Refuse(failure);
            }

            var stream = new EventStream(context.Response);
            await stream.BeginAsync(stop.Token);
            if (!HttpMethods.IsHead(context.Request.Method))
            {
                await SendAsync(feed, news, stream, time, stop.Token);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The reader left, or the silo stops: the reader comes back, here or elsewhere, with the last id that it saw.
        }
        finally
        {
            views.Leave(feed);
        }

        return TypedResults.Empty;
    }

    private static async Task<bool> IsForTaskAsync(HttpContext context, TaskCalls calls) =>
        !EventStream.IsAskedFor(context.Request)
        && !context.Request.QueryString.HasValue
        && await calls.ReadAsync(VideoGen.Tasks.TaskId.Parse(Name)) is { } task
        && context.GetCaller().Sees(task.ToState().Labels);

    private static IResult Refuse(Exception failure)
    {
        switch (failure)
        {
            case ViewTooWideException:
                return Problems.Of(ProblemType.Unprocessable, failure.Message);
            case ArgumentException:
                return Problems.BadRequest(failure.Message);
            case NotSupportedException:
                return Problems.NotImplemented(failure.Message);
            default:
                ExceptionDispatchInfo.Throw(failure);
                return TypedResults.Empty;
        }
    }

    private static async Task SendAsync(TaskViewFeed feed, ViewNews news, EventStream stream, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var isStale = false; ; news = feed.After(news.Position))
        {
            if (news.Snapshot is { } snapshot)
            {
                await SendAsync(snapshot, stream, cancellationToken);
            }

            foreach (var change in news.Events)
            {
                await stream.WriteAsync(change, cancellationToken);
            }

            if (news.Failure is ViewTooWideException tooWide)
            {
                await NoteAsync("ended", tooWide.Message, stream, cancellationToken);
                return;
            }

            if (isStale != news.Failure is not null)
            {
                isStale = !isStale;
                await (isStale
                    ? NoteAsync("stale", "The tasks cannot be read now; what is known of them may be old.", stream, cancellationToken)
                    : NoteAsync("current", "The tasks are read again.", stream, cancellationToken));
            }

            await stream.FlushAsync(cancellationToken);
            while (!await IsOverAsync(news.Changed, time, cancellationToken))
            {
                await stream.KeepAliveAsync(cancellationToken);
            }
        }
    }

    private static async Task SendAsync(ViewSnapshot snapshot, EventStream stream, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"event: snapshot\nid: {snapshot.Mark}\ndata: {{\"reason\":\"{snapshot.Reason}\",\"tasks\":["), cancellationToken);
        for (var i = 0; i < snapshot.Tasks.Count; i++)
        {
            if (i > 0)
            {
                await stream.WriteAsync(","u8.ToArray(), cancellationToken);
            }

            await stream.WriteAsync(snapshot.Tasks[i], cancellationToken);
        }

        await stream.WriteAsync("]}\n\n"u8.ToArray(), cancellationToken);
    }

    /// <summary>An event without an id: it leads to no other state.</summary>
    private static async Task NoteAsync(string name, string detail, EventStream stream, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.Serialize(new ViewNote(detail), EventsJson.Default.ViewNote);
        await stream.WriteAsync(Encoding.UTF8.GetBytes($"event: {name}\ndata: {json}\n\n"), cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }

    private static async Task<bool> IsOverAsync(Task changed, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            await changed.WaitAsync(KeepAliveInterval, time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}

/// <summary>What a stream says of itself.</summary>
internal sealed record ViewNote(string Detail);
