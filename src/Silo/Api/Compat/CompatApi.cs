using System.Collections.Immutable;
using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.Silo.Access;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Api.Compat;

/// <summary>
/// The addresses by which programs read the web application of the Python system, below <c>/compat</c>: the same fields, so that such a program changes nothing
/// but the beginning of its addresses. What that system answered wrongly (500 for an unknown job, paused jobs in no list) is answered rightly.
/// </summary>
internal static class CompatApi
{
    /// <summary>Videos of each kind that the list has.</summary>
    private const int MaxListed = 50;

    public static void AddCompatApi(this IServiceCollection services) =>
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, CompatJson.Default));

    public static void MapCompatApi(this IEndpointRouteBuilder routes)
    {
        routes.Map("/compat/{**path}", (HttpContext context, AllowedMethods methods) => methods.Answer(context)).ExcludeFromDescription();
        var compat = routes.MapGroup("/compat/api").WithTags("Compat");
        compat.MapGet("/tasks/{id}", ReadAsync)
            .WithSummary("A task, with the fields of the Python system's /api/tasks/{id}.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        compat.MapGet("/videos/jobs", ListAsync)
            .WithSummary("All videos by how they stand, with the fields of the Python system's /api/videos/jobs.")
            .AppliesLabels()
            .ProducesProblem(StatusCodes.Status501NotImplemented);
        compat.MapGet("/videos/jobs/{id}", ReadJobAsync)
            .WithSummary("A video, with the fields of the Python system's /api/videos/jobs/{id}.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        compat.MapGet("/health", () => TypedResults.Ok(new CompatHealth(
                "healthy", "videogen", "unified", "2.0.0", ImmutableDictionary<string, bool>.Empty.Add("state_persistence", true).Add("auto_resume", true))))
            .WithSummary("That the process lives, with the fields of the Python system's /api/health.")
            .NeedsNothing();
    }

    private static async Task<Results<Ok<CompatTask>, ProblemHttpResult>> ReadAsync(string id, TaskCalls calls) =>
        !TaskId.TryParse(id, out var task, out var problem) ? Problems.BadRequest(problem!)
            : await calls.ReadAsync(task) is { } snapshot ? TypedResults.Ok(CompatTask.Of(snapshot.ToState()))
            : Problems.NotFound("Task not found");

    private static async Task<Results<Ok<CompatJobReply>, ProblemHttpResult>> ReadJobAsync(string id, TaskCalls calls, TimeProvider time) =>
        !TaskId.TryParse(id, out var task, out var problem) ? Problems.BadRequest(problem!)
            : await calls.ReadAsync(task) is { } snapshot
                ? TypedResults.Ok(new CompatJobReply("success", CompatJob.Of(snapshot.ToState(), time.GetUtcNow())))
            : Problems.NotFound("Job not found");

    private static async Task<Results<Ok<CompatJobs>, ProblemHttpResult>> ListAsync(
        HttpContext context, ITaskIndex index, TaskCalls calls, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            var active = await JobsAsync(RunStatus.Running, RunStatus.Paused);
            var queued = await JobsAsync(RunStatus.Pending);
            var completed = await JobsAsync(RunStatus.Completed);
            var failed = await JobsAsync(RunStatus.Failed, RunStatus.Cancelled);
            return TypedResults.Ok(new CompatJobs(
                new CompatStats(active.Count, queued.Count, completed.Count, failed.Count),
                active.Jobs,
                [.. queued.Jobs.Select((job, i) => job with { QueuePosition = i + 1 })],
                completed.Jobs,
                failed.Jobs));
        }
        catch (NotSupportedException exception)
        {
            return Problems.NotImplemented(exception.Message);
        }

        async Task<(long Count, ImmutableArray<CompatJob> Jobs)> JobsAsync(params ImmutableArray<RunStatus> statuses)
        {
            if (context.GetCaller().Narrow(new TaskQuery { Statuses = statuses, PageSize = MaxListed }) is not { } query)
            {
                return (0, []);
            }

            var jobs = ImmutableArray.CreateBuilder<CompatJob>();
            foreach (var task in (await index.QueryAsync(query, cancellationToken)).Tasks)
            {
                // It may have been deleted since.
                if (await calls.ReadAsync(task.TaskId) is { } snapshot)
                {
                    jobs.Add(CompatJob.Of(snapshot.ToState(), time.GetUtcNow()));
                }
            }

            return ((await index.CountAsync(query, cancellationToken)).Total, jobs.ToImmutable());
        }
    }
}
