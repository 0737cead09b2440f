using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.Silo.Access;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Waits;

namespace VideoGen.Silo.Api;

/// <summary>What tasks say of themselves over HTTP. Errors are problem details (RFC 9457).</summary>
internal static class TasksApi
{
    /// <summary>How many writes to storage the task has had; group commit makes it smaller than the version.</summary>
    private const string WritesHeader = "VideoGen-Writes";

    public static void MapTasksApi(this IEndpointRouteBuilder routes)
    {
        routes.Map("/api/{**path}", (HttpContext context, AllowedMethods methods) => methods.Answer(context)).ExcludeFromDescription();
        var tasks = routes.MapGroup("/api/tasks").WithTags("Tasks").ProducesProblem(StatusCodes.Status400BadRequest);
        tasks.MapGet("/", ListAsync)
            .AppliesLabels()
            .WithSummary("Lists tasks, the newest first. The header Link leads to the next page.")
            .Produces<TaskList>()
            .Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status501NotImplemented);
        tasks.MapGet("/{id}", (Delegate)ReadAsync)
            .WithSummary("The state of a task, as it is stored. With If-None-Match and 'Prefer: wait=SECONDS' the answer waits for a newer one.")
            .Produces<TaskDocumentShape>()
            .Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);
        tasks.MapGet("/{id}/why", ExplainAsync)
            .WithSummary("What each stage of a task that waits is waiting for, in one sentence each.")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> ListAsync(
        [AsParameters] TaskListRequest request, ITaskIndex index, HttpContext context, CancellationToken cancellationToken)
    {
        if (request.ToQuery(out var problem) is not { } asked)
        {
            return Problems.BadRequest(problem!);
        }

        if (context.GetCaller().Narrow(asked) is not { } query)
        {
            return JsonAnswer.Of(TaskList.None, ApiJson.Default.TaskList, context.Response);
        }

        try
        {
            var page = await index.QueryAsync(query, cancellationToken);
            var counts = await index.CountAsync(query, cancellationToken);
            if (page.Next is { } next)
            {
                context.Response.Headers.Link = $"<{TaskListRequest.WithPage(context.Request, next)}>; rel=\"next\"";
            }

            return JsonAnswer.Of(TaskList.Of(page, counts), ApiJson.Default.TaskList, context.Response);
        }
        catch (ArgumentException exception)
        {
            return Problems.BadRequest(exception.Message);
        }
        catch (NotSupportedException exception)
        {
            return Problems.NotImplemented(exception.Message);
        }
    }

    private static async Task<Results<Ok<WaitList>, ProblemHttpResult>> ExplainAsync(string id, IGrainFactory grains) =>
        !TaskId.TryParse(id, out var task, out var problem) ? Problems.BadRequest(problem!)
            : await grains.GetGrain<ITaskWaitsGrain>(0).ExplainAsync(task) is { } waits ? TypedResults.Ok(WaitList.Of(task, waits))
            : Problems.NoSuchTask(task);

    /// <summary>The read that is asked most: the bytes of the record go out as they are, under headers that are made once for each state.</summary>
    public static Task ReadAsync(string id, HttpContext context, TaskCalls calls)
    {
        if (!TaskId.TryParse(id, out var task, out var problem))
        {
            return Problems.BadRequest(problem!).ExecuteAsync(context);
        }

        var read = calls.ReadAsync(task);
        return read.IsCompletedSuccessfully ? AnswerAsync(task, read.Result, context, calls) : AnswerLaterAsync(task, read, context, calls);
    }

    private static async Task AnswerLaterAsync(TaskId task, ValueTask<TaskSnapshot?> read, HttpContext context, TaskCalls calls) =>
        await AnswerAsync(task, await read, context, calls);

    private static Task AnswerAsync(TaskId task, TaskSnapshot? snapshot, HttpContext context, TaskCalls calls)
    {
        if (snapshot is null)
        {
            return Problems.NoSuchTask(task).ExecuteAsync(context);
        }

        var headers = calls.HeadersOf(snapshot);
        switch (Conditions.OfRead(context.Request, headers.ETag))
        {
            case StatusCodes.Status304NotModified when Preference.WaitOf(context.Request) is { } wait && !snapshot.ToState().Status.IsFinished():
                return AnswerNewerAsync(task, snapshot, wait, context, calls);
            case StatusCodes.Status304NotModified:
                Describe(context.Response, headers);
                context.Response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            case { } failed:
                context.Response.Headers.ETag = headers.ETag;
                return Problems.Of(ProblemType.Of(failed)!, $"Task {task} is another one by now: {headers.ETag}.").ExecuteAsync(context);
            default:
                Describe(context.Response, headers);
                return WriteAsync(context.Response, headers.JsonFor(context.GetCaller(), snapshot));
        }
    }

    /// <summary>A long poll: waits for a state after the one that the caller has.</summary>
    private static async Task AnswerNewerAsync(TaskId task, TaskSnapshot seen, TimeSpan wait, HttpContext context, TaskCalls calls)
    {
        Preference.Apply(context.Response, wait);
        var newest = await TaskWaits.WaitAsync(calls.Tasks, task, seen, static _ => true, wait, context.RequestAborted);
        Describe(context.Response, calls.HeadersOf(newest ?? seen));
        if (newest is null)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        await WriteAsync(context.Response, calls.HeadersOf(newest).JsonFor(context.GetCaller(), newest));
    }

    private static void Describe(HttpResponse response, SnapshotHeaders headers)
    {
        response.Headers.CacheControl = "no-cache";
        response.Headers.ETag = headers.ETag;
        response.Headers[WritesHeader] = headers.Writes;
    }

    private static Task WriteAsync(HttpResponse response, ReadOnlyMemory<byte> json)
    {
        response.ContentType = "application/json";
        response.ContentLength = json.Length;
        var written = response.BodyWriter.WriteAsync(json, response.HttpContext.RequestAborted);
        return written.IsCompletedSuccessfully ? Task.CompletedTask : written.AsTask();
    }
}
