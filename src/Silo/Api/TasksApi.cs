using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.Silo.Access;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Waits;

namespace VideoGen.Silo.Api;

/// <summary>Tasks over HTTP. Errors are problem details (RFC 9457).</summary>
internal static class TasksApi
{
    /// <summary>How many writes to storage the task has had; group commit makes it smaller than the version.</summary>
    private const string WritesHeader = "VideoGen-Writes";

    public static void AddTasksApi(this IServiceCollection services)
    {
        services.AddProblemDetails();
        services.AddExceptionHandler<UnavailableStorage>();
        services.AddOpenApi(document =>
        {
            // HEAD stands beside every GET, and says nothing of its own.
            document.ShouldInclude = operation => operation.HttpMethod != HttpMethods.Head;
            document.AddDocumentTransformer((description, _, _) =>
            {
                description.Info = new() { Title = "VideoGen", Version = "v1", Description = "Tasks of a VideoGen.Orleans cluster." };
                return Task.CompletedTask;
            });
        });
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default);
        });
    }

    public static void MapTasksApi(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/{**path}", () => Problems.NotFound("The API has no such address; /openapi/v1.json describes it.")).ExcludeFromDescription();
        var tasks = routes.MapGroup("/api/tasks").WithTags("Tasks").ProducesProblem(StatusCodes.Status400BadRequest);
        tasks.MapGet("/", ListAsync).AppliesLabels().WithSummary("Lists tasks, the newest first.");
        tasks.MapGet("/{id}", ReadAsync)
            .WithSummary("The state of a task, as it is stored.")
            .Produces<string>(contentType: "application/json")
            .ProducesProblem(StatusCodes.Status404NotFound);
        tasks.MapGet("/{id}/events", TaskEvents.StreamAsync)
            .WithSummary("Each newer state of a task, as server-sent events.")
            .Produces<string>(contentType: "text/event-stream")
            .ProducesProblem(StatusCodes.Status404NotFound);
        tasks.MapGet("/{id}/why", ExplainAsync)
            .WithSummary("What each stage of a task that waits is waiting for, in one sentence each.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        tasks.MapGet("/{id}/artifacts/{stage}/{name}", TaskArtifacts.ReadAsync)
            .WithSummary("A file that a stage of the task made.")
            .Produces<byte[]>(contentType: "application/octet-stream")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Results<Ok<TaskList>, ProblemHttpResult>> ListAsync(
        [AsParameters] TaskListRequest request, ITaskIndex index, HttpContext context, CancellationToken cancellationToken)
    {
        if (request.ToQuery(out var problem) is not { } asked)
        {
            return Problems.BadRequest(problem!);
        }

        if (context.GetCaller().Narrow(asked) is not { } query)
        {
            return TypedResults.Ok(TaskList.None);
        }

        try
        {
            var page = await index.QueryAsync(query, cancellationToken);
            var counts = await index.CountAsync(query, cancellationToken);
            return TypedResults.Ok(TaskList.Of(page, counts));
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

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> ReadAsync(string id, IGrainFactory grains, HttpResponse response)
    {
        if (!TaskId.TryParse(id, out var task, out var problem))
        {
            return Problems.BadRequest(problem!);
        }

        if (await grains.GetGrain<ITaskReaderGrain>(0).ReadAsync(task) is not { } snapshot)
        {
            return Problems.NoSuchTask(task);
        }

        response.Headers.CacheControl = "no-cache";
        response.Headers[WritesHeader] = $"{snapshot.Writes}";
        return TypedResults.Bytes(snapshot.Json, "application/json", entityTag: EntityTags.Of(snapshot.ETag));
    }
}
