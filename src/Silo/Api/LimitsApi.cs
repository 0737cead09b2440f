using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.Silo.Access;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Settings;
using VideoGen.Tasks.Slots;

namespace VideoGen.Silo.Api;

/// <summary>The limits over all workers over HTTP.</summary>
internal static class LimitsApi
{
    private const int MaxBodyBytes = 1 << 14;

    public static void MapLimitsApi(this IEndpointRouteBuilder routes)
    {
        var limits = routes.MapGroup("/api/limits").WithTags("Limits");
        limits.MapGet("/", ListAsync)
            .WithSummary("Lists the limits over all workers, and who holds their slots.")
            .Produces<LimitListReply>()
            .Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);
        limits.MapGet("/{name}", ReadAsync)
            .WithSummary("What a limit allows, and how it stands.")
            .Produces<LimitItem>()
            .Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);
        limits.MapPut("/{name}", SetAsync)
            .WithSummary("Defines a limit, or defines it anew. Attempts at work keep their slots.")
            .Takes<LimitRequest>("application/json")
            .Produces<LimitItem>()
            .Needs(Role.Operator);
        limits.MapDelete("/{name}", RemoveAsync)
            .WithSummary("Stages that name it are held back by it no more.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .Needs(Role.Operator);
    }

    private static async Task<FileContentHttpResult> ListAsync(IGrainFactory grains, HttpResponse response)
    {
        var settings = await grains.GetGrain<IClusterSettingsGrain>(0).ReadAsync();
        var limits = settings.Limits.Values.ToList();
        var statuses = await Task.WhenAll(limits.Select(limit => grains.GetGrain<ILimitGrain>(limit.Name).InspectAsync()));
        return JsonAnswer.Of(new LimitListReply([.. limits.Zip(statuses, LimitItem.Of)]), ApiJson.Default.LimitListReply, response);
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> ReadAsync(string name, IGrainFactory grains, HttpResponse response)
    {
        if (LimitName.Check(name) is { } problem)
        {
            return Problems.BadRequest(problem);
        }

        var settings = await grains.GetGrain<IClusterSettingsGrain>(0).ReadAsync();
        return settings.Limits.TryGetValue(name, out var limit)
            ? JsonAnswer.Of(LimitItem.Of(limit, await grains.GetGrain<ILimitGrain>(name).InspectAsync()), ApiJson.Default.LimitItem, response)
            : Problems.NotFound($"There is no limit '{name}'.");
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> SetAsync(string name, HttpContext context, IGrainFactory grains)
    {
        var (body, problem) = await RequestBody.ReadAsync(context.Request, BodyJson.Default.LimitRequest, MaxBodyBytes);
        if (body is null)
        {
            return problem!;
        }

        StartRate? rate = null;
        if (body.Rate is not null)
        {
            if (!StartRate.TryParse(body.Rate, out var parsed))
            {
                return Problems.BadRequest("A rate is written as 60/min, 5/s, 1000/h or 10/30s.");
            }

            rate = parsed;
        }

        var limit = new LimitDefinition(name) { MaxConcurrent = body.MaxConcurrent, Rate = rate };
        if (limit.Check() is { } wrong)
        {
            return Problems.BadRequest(wrong);
        }

        try
        {
            await grains.GetGrain<IClusterSettingsGrain>(0).SetLimitAsync(limit);
        }
        catch (ArgumentException exception)
        {
            return Problems.Of(ProblemType.Unprocessable, exception.Message);
        }

        return await ReadAsync(name, grains, context.Response);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(string name, IGrainFactory grains) =>
        LimitName.Check(name) is { } problem ? Problems.BadRequest(problem)
            : await grains.GetGrain<IClusterSettingsGrain>(0).RemoveLimitAsync(name) ? TypedResults.NoContent()
            : Problems.NotFound($"There is no limit '{name}'.");
}
