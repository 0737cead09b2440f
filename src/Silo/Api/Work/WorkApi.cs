using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.Silo.Access;
using VideoGen.Tasks;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Api.Work;

/// <summary>
/// Workers in any language: they ask for stages, report, upload what they made, and end the stage. A lease that is gone is a 410, on which a worker stops and
/// keeps nothing.
/// </summary>
internal static class WorkApi
{
    public const int MaxBodyBytes = 1 << 20;

    /// <summary>A worker that is to take nothing more reads it in this header of an answer without work.</summary>
    public const string DirectiveHeader = "VideoGen-Directive";

    public const string Drain = "drain";

    private const int MaxSlots = 256;

    public static void AddWorkApi(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, WorkJson.Default));
        services.AddSingleton<RemoteWorkers>();
        services.AddHostedService(provider => provider.GetRequiredService<RemoteWorkers>());
        services.AddSingleton<WorkIntake>();
        services.AddSingleton<GivenWork>();
        services.AddSingleton<HeldLeases>();
        services.AddSingleton<ArtifactUploads>();
    }

    public static void MapWorkApi(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/work", TakeAsync)
            .WithTags("Work")
            .WithSummary("Takes stages for a worker, and waits for one if there is none. With an Idempotency-Key the same question gets the same stages.")
            .Takes<TakeRequest>("application/json")
            .Produces<TakeReply>()
            .Produces(StatusCodes.Status204NoContent)
            .Needs(Role.Worker);
        var work = routes.MapGroup("/api/work/{id}/{stage}").WithTags("Work").Needs(Role.Worker)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status410Gone);
        work.MapPost("/report", (Delegate)ReportAsync)
            .WithSummary("Says how far the stage is, renews its lease, and hears what to do. The header VideoGen-Lease holds what came with the stage.")
            .Takes<ReportRequest>("application/json")
            .Produces<ReportReply>();
        work.MapPost("/complete", WorkEnds.CompleteAsync)
            .WithSummary("Ends the stage well. Sent again with the same body it has no second effect.")
            .Takes<CompleteRequest>("application/json")
            .Produces<EndReply>();
        work.MapPost("/fail", WorkEnds.FailAsync)
            .WithSummary("Ends the stage badly; whether it is tried again is its retry policy's to say.")
            .Takes<FailRequest>("application/json")
            .Produces<EndReply>();
        work.MapPost("/release", WorkEnds.ReleaseAsync)
            .WithSummary("Gives the stage back unfinished; another worker may have it at once.")
            .MayTake<ReleaseRequest>("application/json")
            .Produces<EndReply>();
    }

    /// <summary>Seconds between reports of a worker that has nothing to tell.</summary>
    public static double ReportEvery(TimeSpan lease) => Math.Round(lease.TotalSeconds / 4, 3);

    /// <summary>What a request wishes for, or what is wrong with it.</summary>
    public static WorkWish? ToWish(TakeRequest request, string? key, out ProblemHttpResult? problem)
    {
        var profile = new WorkerProfile(new WorkerId(request.Worker, request.Incarnation), [.. request.Kinds], [.. request.Capabilities ?? []]);
        ImmutableArray<string> queues = request.Queues is null ? [StageDefinition.DefaultQueue] : [.. request.Queues.Distinct(StringComparer.Ordinal)];
        var wrong = profile.Check()
            ?? (queues.Length is 0 or > WorkerProfile.MaxEntries ? $"A worker looks into 1 to {WorkerProfile.MaxEntries} queues." : null)
            ?? queues.Select(QueueName.Check).FirstOrDefault(found => found is not null)
            ?? (request.Slots is < 0 or > MaxSlots ? $"'slots' is a number from 0 to {MaxSlots}." : null)
            ?? (!(request.WaitS >= 0) || request.WaitS > IStageQueueGrain.MaxWait.TotalSeconds
                ? $"'wait_s' is a number of seconds from 0 to {IStageQueueGrain.MaxWait.TotalSeconds:0}." : null)
            ?? (request.LeaseS is { } seconds && !(seconds >= Limits.MinLease.TotalSeconds && seconds <= Limits.MaxLease.TotalSeconds)
                ? $"'lease_s' is a number of seconds from {Limits.MinLease.TotalSeconds:0} to {Limits.MaxLease.TotalSeconds:0}." : null);
        problem = wrong is null ? null : Problems.BadRequest(wrong);
        return wrong is not null
            ? null
            : new WorkWish(
                profile,
                queues,
                request.Slots,
                TimeSpan.FromSeconds(request.WaitS),
                request.LeaseS is { } lease ? TimeSpan.FromSeconds(lease) : Limits.DefaultLease,
                IsRemembered: key is not null);
    }

    private static async Task<IResult> TakeAsync(
        HttpContext context, RemoteWorkers workers, WorkIntake intake, GivenWork given, IHostApplicationLifetime lifetime)
    {
        var (body, problem) = await RequestBody.ReadAsync(context.Request, WorkJson.Default.TakeRequest, MaxBodyBytes);
        if (body is null)
        {
            return problem!;
        }

        if (!OperationKeys.TryRead(context.Request, out var key, out var wrong))
        {
            return Problems.BadRequest(wrong!);
        }

        if (ToWish(body, key, out problem) is not { } wish)
        {
            return problem!;
        }

        var work = await GiveAsync(wish, key, context, workers, intake, given, lifetime);
        return work.IsDefault || work.IsEmpty
            ? TypedResults.NoContent()
            : TypedResults.Json(new TakeReply(work), WorkJson.Default.TakeReply);
    }

    /// <summary>The stages for a worker; none for one that is to drain, which reads that in a header.</summary>
    public static async Task<ImmutableArray<WorkItem>> GiveAsync(
        WorkWish wish, string? key, HttpContext context, RemoteWorkers workers, WorkIntake intake, GivenWork given, IHostApplicationLifetime lifetime)
    {
        if (await workers.HearAsync(wish.Profile, wish.Queues, wish.Slots))
        {
            context.Response.Headers[DirectiveHeader] = Drain;
            return [];
        }

        if (key is not null)
        {
            return await given.AskOnceAsync(wish, key, () => intake.TakeAsync(wish, lifetime.ApplicationStopping));
        }

        using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        return await intake.TakeAsync(wish, gone.Token);
    }

    private static async Task ReportAsync(string id, string stage, HttpContext context, HeldLeases leases)
    {
        if (!LeaseKey.TryParse(id, stage, context.Request.Headers[LeaseKey.Header], out var key, out var wrong))
        {
            await Problems.BadRequest(wrong!).ExecuteAsync(context);
            return;
        }

        var (body, problem) = await RequestBody.ReadAsync(context.Request, WorkJson.Default.ReportRequest, MaxBodyBytes);
        if (body is null)
        {
            await problem!.ExecuteAsync(context);
            return;
        }

        var (reply, refusal) = await leases.ReportAsync(key, body, context.RequestAborted);
        if (reply is null)
        {
            await refusal!.ExecuteAsync(context);
            return;
        }

        context.Response.ContentType = "application/json";
        var json = JsonSerializer.SerializeToUtf8Bytes(reply, WorkJson.Default.ReportReply);
        context.Response.ContentLength = json.Length;
        await context.Response.BodyWriter.WriteAsync(json, context.RequestAborted);
    }
}
