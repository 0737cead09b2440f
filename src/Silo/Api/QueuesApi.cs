using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.Silo.Access;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Settings;
using VideoGen.Tasks.Workers;

namespace VideoGen.Silo.Api;

/// <summary>The queues of the cluster over HTTP: what waits in them, and what holds them back.</summary>
internal static class QueuesApi
{
    /// <summary>The longest pause with an end; a longer one is one that somebody resumes.</summary>
    private static readonly TimeSpan MaxPause = TimeSpan.FromDays(365);

    private const int MaxBodyBytes = 1 << 14;

    public static void MapQueuesApi(this IEndpointRouteBuilder routes)
    {
        var queues = routes.MapGroup("/api/queues").WithTags("Queues").ProducesProblem(StatusCodes.Status400BadRequest);
        queues.MapGet("/", ListAsync)
            .WithSummary("Lists the queues in which something waits, that a worker serves or for which something is set.")
            .Produces<QueueListReply>()
            .Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status501NotImplemented);
        queues.MapGet("/{name}", ReadAsync)
            .WithSummary("How a queue stands; one that nobody has named yet is empty.")
            .Produces<QueueReply>()
            .Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status501NotImplemented);
        queues.MapPost("/{name}/pause", PauseAsync)
            .WithSummary("Nothing of the queue is started, until it is resumed or the time is over; what is at work goes on.")
            .Takes<QueuePauseRequest>("application/json")
            .Produces<QueueReply>()
            .Needs(Role.Operator);
        queues.MapPost("/{name}/resume", ResumeAsync)
            .WithSummary("Goes on with a paused queue; one that is not paused stays as it is.")
            .Produces<QueueReply>()
            .Needs(Role.Operator);
        queues.MapPut("/{name}/most", BoundAsync)
            .WithSummary("With so many stages that wait, the queue takes no new tasks.")
            .Takes<QueueBoundRequest>("application/json")
            .Produces<QueueReply>()
            .Needs(Role.Operator);
        queues.MapDelete("/{name}/most", UnboundAsync)
            .WithSummary("The queue has the usual bound again.")
            .Produces<QueueReply>()
            .Needs(Role.Operator);
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> ListAsync(IGrainFactory grains, TimeProvider time, HttpResponse response)
    {
        try
        {
            return JsonAnswer.Of(QueueListReply.Of(await QueueList.ReadAsync(grains, time)), ApiJson.Default.QueueListReply, response);
        }
        catch (NotSupportedException exception)
        {
            return Problems.NotImplemented(exception.Message);
        }
    }

    /// <param name="name">The queue.</param>
    /// <param name="grains">Of the queue and of those that know of it.</param>
    /// <param name="response">For its headers.</param>
    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> ReadAsync(string name, IGrainFactory grains, HttpResponse response)
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
            return JsonAnswer.Of(QueueReply.Of(name, counts, status, workers), ApiJson.Default.QueueReply, response);
        }
        catch (NotSupportedException exception)
        {
            return Problems.NotImplemented(exception.Message);
        }
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> PauseAsync(
        string name, HttpContext context, IGrainFactory grains, TimeProvider time)
    {
        var (body, problem) = await RequestBody.ReadAsync(context.Request, BodyJson.Default.QueuePauseRequest, MaxBodyBytes);
        if (body is null)
        {
            return problem!;
        }

        if (body.ForS is { } seconds && (!double.IsFinite(seconds) || seconds < 1 || seconds > MaxPause.TotalSeconds))
        {
            return Problems.BadRequest($"A pause with an end lasts from 1 to {MaxPause.TotalSeconds:0} seconds (for_s).");
        }

        var now = time.GetUtcNow();
        var pause = new QueuePause(
            name, context.GetCaller().Name, body.Reason, now, body.ForS is { } lasting ? now + TimeSpan.FromSeconds(lasting) : null);
        if (pause.Check() is { } wrong)
        {
            return Problems.BadRequest(wrong);
        }

        return await SetAsync(name, grains, context.Response, settings => settings.PauseQueueAsync(pause));
    }

    private static Task<Results<FileContentHttpResult, ProblemHttpResult>> ResumeAsync(string name, IGrainFactory grains, HttpResponse response) =>
        SetAsync(name, grains, response, settings => settings.ResumeQueueAsync(name));

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> BoundAsync(string name, HttpContext context, IGrainFactory grains)
    {
        var (body, problem) = await RequestBody.ReadAsync(context.Request, BodyJson.Default.QueueBoundRequest, MaxBodyBytes);
        return body is null ? problem!
            : QueueBacklog.Check(name, body.Most) is { } wrong ? Problems.BadRequest(wrong)
            : await SetAsync(name, grains, context.Response, settings => settings.SetBacklogAsync(name, body.Most));
    }

    private static Task<Results<FileContentHttpResult, ProblemHttpResult>> UnboundAsync(string name, IGrainFactory grains, HttpResponse response) =>
        SetAsync(name, grains, response, settings => settings.SetBacklogAsync(name, null));

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> SetAsync(
        string name, IGrainFactory grains, HttpResponse response, Func<IClusterSettingsGrain, Task> set)
    {
        if (QueueName.Check(name) is { } problem)
        {
            return Problems.BadRequest(problem);
        }

        try
        {
            await set(grains.GetGrain<IClusterSettingsGrain>(0));
        }
        catch (ArgumentException exception)
        {
            return Problems.Of(ProblemType.Unprocessable, exception.Message);
        }

        return await ReadAsync(name, grains, response);
    }
}
