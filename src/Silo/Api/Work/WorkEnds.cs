using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.Client.Pipelines;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Api.Work;

/// <summary>
/// The ends of attempts. An end that is sent again because its answer was lost is the same operation, whether or not it comes under an Idempotency-Key: the
/// lease and the body name it.
/// </summary>
internal static class WorkEnds
{
    public static async Task<IResult> CompleteAsync(
        string id, string stage, HttpContext context, TaskCalls calls, HeldLeases leases, ArtifactUploads uploads, RemoteWorkers workers)
    {
        if (Open(id, stage, context, out var key) is { } unopened)
        {
            return unopened;
        }

        var (body, problem) = await RequestBody.ReadAsync(context.Request, WorkJson.Default.CompleteRequest, PipelineJson.MaxBytes, mayBeEmpty: true);
        if (problem is not null)
        {
            return problem;
        }

        body ??= new CompleteRequest();
        var artifacts = ImmutableArray.CreateBuilder<Artifact>();
        foreach (var named in body.Artifacts ?? [])
        {
            if (named is null)
            {
                return Problems.BadRequest("Each of 'artifacts' is a JSON object.");
            }

            if (artifacts.Count == Limits.MaxArtifacts)
            {
                return Problems.Of(ProblemType.Unprocessable, $"A stage has at most {Limits.MaxArtifacts} artifacts.");
            }

            if (await uploads.FindAsync(key, named, context.RequestAborted) is not { } artifact)
            {
                return Problems.Of(
                    ProblemType.DigestMismatch,
                    $"The artifact '{NameText.Printable(named.Name)}' was not uploaded under this lease, or is another one. Upload it first.");
            }

            artifacts.Add(artifact);
        }

        if (ReadStages(body.AddStages, out problem) is not { } added)
        {
            return problem!;
        }

        if (body.Result is { ValueKind: not JsonValueKind.Object })
        {
            return Problems.Of(ProblemType.Unprocessable, "The result of a task is a JSON object in braces.");
        }

        var command = new CompleteStage(key.Stage, key.Token)
        {
            Artifacts = artifacts.ToImmutable(),
            FanOut = added,
            Warnings = [.. body.Warnings ?? []],
            TaskResult = body.Result is { } result ? JsonText.FromElement(result) : null,
            LastProgress = body.Message is null ? null : new LastProgress(long.MaxValue, 1, body.Message),
        };
        return await EndAsync(key, command, context, calls, leases, workers);
    }

    public static async Task<IResult> FailAsync(
        string id, string stage, HttpContext context, TaskCalls calls, HeldLeases leases, RemoteWorkers workers)
    {
        if (Open(id, stage, context, out var key) is { } unopened)
        {
            return unopened;
        }

        var (body, problem) = await RequestBody.ReadAsync(context.Request, WorkJson.Default.FailRequest, WorkApi.MaxBodyBytes);
        if (body is null)
        {
            return problem!;
        }

        if (body.RetryAfterS is { } seconds && !(seconds >= 0 && seconds <= Limits.MaxRetryAfter.TotalSeconds))
        {
            return Problems.Of(ProblemType.Unprocessable, $"'retry_after_s' is a number of seconds from 0 to {Limits.MaxRetryAfter.TotalSeconds:0}.");
        }

        var command = new FailStage(key.Stage, key.Token, body.Message, body.Code, body.Retryable)
        {
            RetryAfter = body.RetryAfterS is { } wait ? TimeSpan.FromSeconds(wait) : null,
            RestingLimit = body.Limit,
        };
        return await EndAsync(key, command, context, calls, leases, workers);
    }

    public static async Task<IResult> ReleaseAsync(
        string id, string stage, HttpContext context, TaskCalls calls, HeldLeases leases, RemoteWorkers workers)
    {
        if (Open(id, stage, context, out var key) is { } unopened)
        {
            return unopened;
        }

        var (body, problem) = await RequestBody.ReadAsync(context.Request, WorkJson.Default.ReleaseRequest, WorkApi.MaxBodyBytes, mayBeEmpty: true);
        return problem is not null
            ? problem
            : await EndAsync(key, new ReleaseStage(key.Stage, key.Token) { Reason = body?.Reason }, context, calls, leases, workers);
    }

    public static ProblemHttpResult? Open(string id, string stage, HttpContext context, out LeaseKey key) =>
        LeaseKey.TryParse(id, stage, context.Request.Headers[LeaseKey.Header], out key, out var problem) ? null : Problems.BadRequest(problem!);

    private static async Task<IResult> EndAsync(
        LeaseKey key, TaskCommand command, HttpContext context, TaskCalls calls, HeldLeases leases, RemoteWorkers workers)
    {
        if (!OperationKeys.TryRead(context.Request, out var given, out var wrong))
        {
            return Problems.BadRequest(wrong!);
        }

        var (_, problem) = await leases.FindAsync(key);
        if (problem is not null)
        {
            return problem;
        }

        var body = JsonSerializer.Serialize(command, CommandJson.Default.TaskCommand);
        var reply = await calls.SendAsync(key.Task, command, given ?? $"{key.Text}\n{key.Stage}\n{body}", context.RequestAborted);
        if (reply.Reason == RefusalReason.OperationExpired)
        {
            // Whether the first one took effect is forgotten; the lease's token makes a second one harmless.
            reply = await calls.Tasks.ExecuteAsync(key.Task, command, context.RequestAborted);
        }

        if (reply.IsRefused)
        {
            return leases.Refuse(key, reply);
        }

        workers.End(key, command is CompleteStage);
        return TypedResults.Json(
            new EndReply(reply.Outcome == CommandOutcome.Unchanged ? "unchanged" : "applied", reply.Version, reply.Message), WorkJson.Default.EndReply);
    }

    private static ImmutableArray<VideoGen.Tasks.Pipelines.StageDefinition>? ReadStages(JsonElement? stages, out ProblemHttpResult? problem)
    {
        problem = null;
        if (stages is not { } given)
        {
            return [];
        }

        try
        {
            return PipelineJson.ParseStages(Encoding.UTF8.GetBytes(given.GetRawText()));
        }
        catch (PipelineFormatException exception)
        {
            problem = Problems.Of(ProblemType.Unprocessable, $"The stages to add are not sound. {exception.Message}");
            return null;
        }
    }
}
