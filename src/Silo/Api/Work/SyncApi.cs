using System.Collections.Immutable;
using VideoGen.Silo.Access;
using VideoGen.Tasks;
using VideoGen.Tasks.Access;

namespace VideoGen.Silo.Api.Work;

/// <summary>One call for a worker of many slots, every few seconds: the reports of all that it holds go, and directives and new stages come.</summary>
internal static class SyncApi
{
    private const int MaxReports = 256;

    public static void MapSyncApi(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/workers/{name}/sync", SyncAsync)
            .WithTags("Work")
            .WithSummary("Reports on all stages that a worker holds, and takes new ones.")
            .Takes<SyncRequest>("application/json")
            .Produces<SyncReply>()
            .Needs(Role.Worker);

    private static async Task<IResult> SyncAsync(
        string name, HttpContext context, HeldLeases leases, RemoteWorkers workers, WorkIntake intake, GivenWork given, IHostApplicationLifetime lifetime)
    {
        var (body, problem) = await RequestBody.ReadAsync(context.Request, WorkJson.Default.SyncRequest, WorkApi.MaxBodyBytes);
        if (body is null)
        {
            return problem!;
        }

        if (!OperationKeys.TryRead(context.Request, out var key, out var wrong))
        {
            return Problems.BadRequest(wrong!);
        }

        if (body.Reports is { Count: > MaxReports })
        {
            return Problems.BadRequest($"One call has at most {MaxReports} reports.");
        }

        var wish = WorkApi.ToWish(
            new TakeRequest(Uri.UnescapeDataString(name), body.Incarnation, body.Kinds, body.Capabilities, body.Queues, body.Slots, body.WaitS, body.LeaseS),
            key,
            out problem);
        if (wish is null)
        {
            return problem!;
        }

        if (body.Reports?.Any(report => report is null) == true)
        {
            return Problems.BadRequest("Each of 'reports' is a JSON object.");
        }

        var directives = await Task.WhenAll((body.Reports ?? []).Select(report => ReportAsync(report, leases, context.RequestAborted)));
        var work = await WorkApi.GiveAsync(wish, key, context, workers, intake, given, lifetime);
        return TypedResults.Json(
            new SyncReply([.. directives], work, context.Response.Headers.ContainsKey(WorkApi.DirectiveHeader)), WorkJson.Default.SyncReply);
    }

    private static async Task<SyncDirective> ReportAsync(SyncReport report, HeldLeases leases, CancellationToken cancellationToken)
    {
        if (!LeaseKey.TryParse(report.TaskId, report.Stage, report.Lease, out var key, out var wrong))
        {
            return new SyncDirective(NameText.Printable(report.TaskId), NameText.Printable(report.Stage), "refused", wrong);
        }

        var (reply, problem) = await leases.ReportAsync(key, report, cancellationToken);
        return reply is not null ? new SyncDirective(report.TaskId, report.Stage, reply.Directive, null)
            : new SyncDirective(
                report.TaskId, report.Stage, problem!.ProblemDetails.Type == ProblemType.LeaseLost.Address ? "lost" : "refused", problem.ProblemDetails.Detail);
    }
}
