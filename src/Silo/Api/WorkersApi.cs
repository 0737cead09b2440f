using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using VideoGen.Silo.Access;
using VideoGen.Tasks;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Workers;

namespace VideoGen.Silo.Api;

/// <summary>The workers of the cluster over HTTP, and how many of them there should be.</summary>
internal static class WorkersApi
{
    private const int DefaultTargetSeconds = 60;

    private const int MaxTargetSeconds = 86_400;

    public static void MapWorkersApi(this IEndpointRouteBuilder routes)
    {
        var workers = routes.MapGroup("/api/workers").WithTags("Workers");
        workers.MapGet("/", ListAsync)
            .WithSummary("Lists the workers that are alive, and what each of them does.")
            .Produces<WorkerList>()
            .Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);
        workers.MapPost("/{name}/drain", DrainAsync)
            .WithSummary("Tells the workers of that name to take nothing more, and to end when they are done with what they hold.")
            .Needs(Role.Operator)
            .ProducesProblem(StatusCodes.Status404NotFound);
        workers.MapGet("/demand", MeasureAsync)
            .WithSummary("How much work waits for workers of some kind, and how many slots would keep it waiting no longer than a target; for autoscalers.")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status501NotImplemented);
    }

    private static async Task<FileContentHttpResult> ListAsync(IGrainFactory grains, HttpResponse response) =>
        JsonAnswer.Of(WorkerList.Of(await grains.GetGrain<IWorkerRegistryGrain>(0).ListAsync()), ApiJson.Default.WorkerList, response);

    private static async Task<Results<Ok<DrainReply>, ProblemHttpResult>> DrainAsync(string name, IGrainFactory grains)
    {
        // A name such as host/17 has a slash, which comes encoded.
        name = Uri.UnescapeDataString(name);
        if (!NameText.IsPlain(name, Limits.MaxWorkerName))
        {
            return Problems.BadRequest($"A worker has a name of 1 to {Limits.MaxWorkerName} characters, none of them a control character.");
        }

        var told = await grains.GetGrain<IWorkerRegistryGrain>(0).DrainAsync(name);
        return told == 0 ? Problems.NotFound($"No worker '{name}' is alive.") : TypedResults.Ok(new DrainReply(name, told));
    }

    /// <param name="kind">Only stages of this kind.</param>
    /// <param name="capability">Only stages that need this.</param>
    /// <param name="targetWait">Seconds that a stage may wait; 60 when it is not given.</param>
    /// <param name="index">Knows what waits.</param>
    /// <param name="grains">Of the registry.</param>
    /// <param name="time">The clock of this silo.</param>
    /// <param name="cancellationToken">The caller went away.</param>
    private static async Task<Results<Ok<DemandReply>, ProblemHttpResult>> MeasureAsync(
        [FromQuery(Name = "kind")] string? kind,
        [FromQuery(Name = "capability")] string? capability,
        [FromQuery(Name = "target_wait_s")] string? targetWait,
        ITaskIndex index,
        IGrainFactory grains,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (kind is not null && !StageName.TryParse(kind, out _, out _))
        {
            return Problems.BadRequest("The parameter 'kind' is not a kind of stages: it needs characters of A-Z a-z 0-9 _ - .");
        }

        if (capability is not null && !NameText.IsPlain(capability, StageOffer.MaxNeedLength))
        {
            return Problems.BadRequest($"The parameter 'capability' is not a name of 1 to {StageOffer.MaxNeedLength} characters.");
        }

        var seconds = DefaultTargetSeconds;
        if (targetWait is not null
            && (!int.TryParse(targetWait, NumberStyles.None, CultureInfo.InvariantCulture, out seconds) || seconds is < 1 or > MaxTargetSeconds))
        {
            return Problems.BadRequest($"The parameter 'target_wait_s' is not a number from 1 to {MaxTargetSeconds}.");
        }

        try
        {
            var registry = grains.GetGrain<IWorkerRegistryGrain>(0);
            var ready = await index.CountReadyAsync(null, cancellationToken);
            var workers = await registry.ListAsync();
            var durations = await registry.ListDurationsAsync();
            var demand = WorkerDemand.Of(ready, workers, durations, kind, capability, TimeSpan.FromSeconds(seconds), time.GetUtcNow());
            return TypedResults.Ok(DemandReply.Of(demand));
        }
        catch (NotSupportedException exception)
        {
            return Problems.NotImplemented(exception.Message);
        }
    }
}
