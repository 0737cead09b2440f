using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.Client.Tasks;
using VideoGen.Silo.Access;
using VideoGen.Tasks;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Api.Acts;

/// <summary>
/// An act on all tasks that a filter finds. The caller says how many it means, so that a filter that finds more than was thought does no harm; the answer is a
/// stream with a line for each task. Whoever closes the stream stops what was not done yet; saying it again goes on.
/// </summary>
internal static class BulkActsApi
{
    /// <summary>Tasks of one act.</summary>
    public const int MaxTasks = 10_000;

    /// <summary>Tasks that are acted on at the same time.</summary>
    private const int Parallelism = 16;

    private const string Lines = "application/x-ndjson";

    public static void MapBulkActsApi(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/acts", ActAsync)
            .WithTags("Acts")
            .WithSummary("An act on all tasks that a filter finds, with its progress as a stream of lines in JSON.")
            .Takes<BulkActRequest>("application/json")
            .Produces<BulkActLine>(contentType: Lines)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status428PreconditionRequired)
            .ProducesProblem(StatusCodes.Status501NotImplemented)
            .Needs(Role.Operator)
            .AppliesLabels();

    private static async Task<IResult> ActAsync(HttpContext context, TaskCalls calls, ITaskIndex index, CancellationToken cancellationToken)
    {
        var (body, problem) = await RequestBody.ReadAsync(context.Request, ActsJson.Default.BulkActRequest, ActsApi.MaxBodyBytes);
        if (body is null)
        {
            return problem!;
        }

        if (!TaskAct.InBulk.Contains(body.Act))
        {
            return Problems.BadRequest($"An act on many tasks is one of {string.Join(", ", TaskAct.InBulk)}.");
        }

        var request = new ActRequest(body.Reason, AfterStages: body.AfterStages);
        if (TaskAct.ToCommand(body.Act, request, out problem) is not { } command || ToQuery(body.Filter, out problem) is not { } asked)
        {
            return problem!;
        }

        AuditTrail.Note(context, body.Reason);
        command = command with { Origin = AuditTrail.OriginOf(context) };
        if (context.GetCaller().Narrow(asked) is not { } query)
        {
            return FindObjection(body, 0) ?? Problems.Of(ProblemType.Changed, "The filter finds no tasks that the key of this request is for.");
        }

        try
        {
            var found = (await index.CountAsync(query, cancellationToken)).Total;
            if (FindObjection(body, found) is { } objection)
            {
                return objection;
            }

            var tasks = await FindAsync(index, query, context.GetCaller(), cancellationToken);
            if (tasks.Count != body.Count)
            {
                return FindObjection(body, tasks.Count) ?? Problems.Of(ProblemType.Changed, "The tasks changed while they were counted.");
            }

            return TypedResults.Stream(
                stream => RunAsync(stream, tasks, command, calls.Tasks, cancellationToken), Lines);
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

    private static ProblemHttpResult? FindObjection(BulkActRequest body, long found)
    {
        KeyValuePair<string, object?>[] count = [KeyValuePair.Create<string, object?>("count", found)];
        return found > MaxTasks ? Problems.Of(
                ProblemType.Unprocessable, $"The filter finds {found} tasks; one act reaches at most {MaxTasks}. Narrow the filter.", count)
            : body.Count is null ? Problems.Of(
                ProblemType.PreconditionRequired, $"The filter finds {found} tasks. Say \"count\": {found} as well, and all of them are meant.", count)
            : body.Count != found ? Problems.Of(
                ProblemType.Changed, $"The filter finds {found} tasks by now, not {body.Count}. Nothing was done; say how many are meant.", count)
            : null;
    }

    private static TaskQuery? ToQuery(BulkFilter filter, out ProblemHttpResult? problem)
    {
        var conditions = new TaskConditions
        {
            Status = filter.Status ?? [],
            Pipeline = filter.Pipeline,
            Labels = [.. filter.Labels ?? [], .. filter.Label is { } label ? [label] : (string[])[]],
            Id = filter.Id,
            CreatedAfter = filter.CreatedAfter,
            CreatedBefore = filter.CreatedBefore,
            UpdatedAfter = filter.UpdatedAfter,
            UpdatedBefore = filter.UpdatedBefore,
            Error = filter.Error,
        };
        var words = conditions.IsEmpty
            ? "The filter has at least one condition: status, pipeline, label, labels, id, error, created_after, created_before, updated_after or "
                + "updated_before."
            : null;
        var query = words is null ? conditions.ToQuery(name => $"The condition '{name}' of the filter", out words) : null;
        problem = query is null ? Problems.BadRequest(words!) : null;
        return query is null ? null : query with { PageSize = TaskQuery.MaxPageSize };
    }

    private static async Task<List<TaskId>> FindAsync(ITaskIndex index, TaskQuery query, Caller caller, CancellationToken cancellationToken)
    {
        var tasks = new List<TaskId>();
        while (true)
        {
            var page = await index.QueryAsync(query, cancellationToken);
            tasks.AddRange(page.Tasks.Where(task => caller.Sees(task.Labels)).Select(task => task.TaskId));
            if (page.Next is null || tasks.Count > MaxTasks)
            {
                return tasks;
            }

            query = query with { After = page.Next };
        }
    }

    private static async Task RunAsync(
        Stream stream, List<TaskId> tasks, TaskCommand command, PipelineClient client, CancellationToken cancellationToken)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var outcomes = Channel.CreateBounded<(TaskId Task, string Outcome, string? Message)>(Parallelism);
        var acting = Parallel.ForEachAsync(
            tasks,
            new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = gone.Token },
            async (task, stop) => await outcomes.Writer.WriteAsync(await SendAsync(task, command, client, stop), stop));
        _ = acting.ContinueWith(ended => outcomes.Writer.TryComplete(ended.Exception), TaskScheduler.Default);
        var line = new BulkActLine(null, null, null, tasks.Count, 0, 0, 0, 0, 0);
        try
        {
            await foreach (var (task, outcome, message) in outcomes.Reader.ReadAllAsync(gone.Token))
            {
                line = line with
                {
                    TaskId = task.Value,
                    Outcome = outcome,
                    Message = message,
                    Done = line.Done + 1,
                    Applied = line.Applied + (outcome == "applied" ? 1 : 0),
                    Unchanged = line.Unchanged + (outcome == "unchanged" ? 1 : 0),
                    Refused = line.Refused + (outcome == "refused" ? 1 : 0),
                    Failed = line.Failed + (outcome == "failed" ? 1 : 0),
                };
                await WriteAsync(stream, line, gone.Token);
            }

            await WriteAsync(stream, line with { TaskId = null, Outcome = null, Message = null }, gone.Token);
        }
        finally
        {
            await gone.CancelAsync();
        }
    }

    private static async Task WriteAsync(Stream stream, BulkActLine line, CancellationToken cancellationToken)
    {
        await System.Text.Json.JsonSerializer.SerializeAsync(stream, line, ActsJson.Default.BulkActLine, cancellationToken);
        await stream.WriteAsync("\n"u8.ToArray(), cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }

    private static async Task<(TaskId Task, string Outcome, string? Message)> SendAsync(
        TaskId task, TaskCommand command, PipelineClient client, CancellationToken cancellationToken)
    {
        try
        {
            var reply = await client.ExecuteAsync(task, command, cancellationToken);
            return (task, reply.IsRefused ? "refused" : reply.Outcome == CommandOutcome.Unchanged ? "unchanged" : "applied", reply.Message);
        }
        catch (Exception exception) when (UnavailableStorage.StatusOf(exception) is not null && !cancellationToken.IsCancellationRequested)
        {
            return (task, "failed", exception.Message);
        }
    }
}
