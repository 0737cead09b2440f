using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Settings;
using VideoGen.Tasks.Slots;
using VideoGen.Tasks.Workers;

namespace VideoGen.Silo.Api;

/// <summary>The queues and the limits of the cluster over HTTP: what is held back, and by what.</summary>
internal static class QueuesApi
{
    public static void MapQueuesApi(this IEndpointRouteBuilder routes)
    {
        var queues = routes.MapGroup("/api/queues").WithTags("Queues");
        queues.MapGet("/", ListAsync)
            .WithSummary("Lists the queues in which something waits, that a worker serves or for which something is set.")
            .ProducesProblem(StatusCodes.Status501NotImplemented);
        queues.MapGet("/{name}", ReadAsync)
            .WithSummary("How a queue stands; one that nobody has named yet is empty.")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status501NotImplemented);
        var limits = routes.MapGroup("/api/limits").WithTags("Limits");
        limits.MapGet("/", ListLimitsAsync).WithSummary("Lists the limits over all workers, and who holds their slots.");
    }

    private static async Task<Results<Ok<QueueListReply>, ProblemHttpResult>> ListAsync(IGrainFactory grains, TimeProvider time)
    {
        try
        {
            return TypedResults.Ok(QueueListReply.Of(await QueueList.ReadAsync(grains, time)));
        }
        catch (NotSupportedException exception)
        {
            return Problems.NotImplemented(exception.Message);
        }
    }

    /// <param name="name">The queue.</param>
    /// <param name="grains">Of the queue and of those that know of it.</param>
    private static async Task<Results<Ok<QueueReply>, ProblemHttpResult>> ReadAsync(string name, IGrainFactory grains)
    {
        if (QueueName.Check(name) is { } problem)
        {
            return Problems.BadRequest(problem);
        }

        try
        {
            var counts = await grains.GetGrain<ITaskIndexGrain>(0).CountWaitingAsync(name);
            var status = await grains.GetGrain<IStageQueueGrain>(name).InspectAsync();
            var workers = await grains.GetGrain<IWorkerRegistryGrain>(0).ListAsync();
            return TypedResults.Ok(QueueReply.Of(name, counts, status, workers));
        }
        catch (NotSupportedException exception)
        {
            return Problems.NotImplemented(exception.Message);
        }
    }

    private static async Task<Ok<LimitListReply>> ListLimitsAsync(IGrainFactory grains)
    {
        var settings = await grains.GetGrain<IClusterSettingsGrain>(0).ReadAsync();
        var limits = settings.Limits.Values.ToList();
        var statuses = await Task.WhenAll(limits.Select(limit => grains.GetGrain<ILimitGrain>(limit.Name).InspectAsync()));
        return TypedResults.Ok(new LimitListReply([.. limits.Zip(statuses, LimitItem.Of)]));
    }
}
