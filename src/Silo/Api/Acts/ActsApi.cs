using System.Collections.Immutable;
using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.Silo.Access;
using VideoGen.Tasks;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Api.Acts;

/// <summary>People steer tasks over HTTP, one at a time.</summary>
internal static class ActsApi
{
    public const int MaxBodyBytes = 1 << 18;

    /// <summary>Of no task.</summary>
    private const long AnotherVersion = -1;

    public static void AddActsApi(this IServiceCollection services) =>
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ActsJson.Default));

    public static void MapActsApi(this IEndpointRouteBuilder routes)
    {
        var acts = routes.MapGroup("/api/tasks/{id}").WithTags("Acts").Needs(Role.Operator).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status412PreconditionFailed);
        foreach (var act in TaskAct.Posted)
        {
            acts.MapPost($"/{act}", (string id, HttpContext context, TaskCalls calls, CancellationToken stop) => ActAsync(id, act, context, calls, stop))
                .WithSummary($"Steers a task: {act}. With 'Prefer: wait=SECONDS' the answer waits until no worker is at it, or until it has ended.")
                .MayTake<ActRequest>("application/json")
                .Produces<ActReply>();
        }

        acts.MapPatch("/", AmendAsync)
            .WithSummary("Changes labels and priority (JSON Merge Patch). If-Match names the version that the caller has seen, or '*' for any.")
            .Takes<TaskPatch>("application/merge-patch+json", "application/json")
            .Produces<ActReply>()
            .ProducesProblem(StatusCodes.Status428PreconditionRequired);
        acts.MapDelete("/", DeleteAsync)
            .WithSummary("Deletes a task that is not at work, with its artifacts.")
            .Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> ActAsync(string id, string act, HttpContext context, TaskCalls calls, CancellationToken cancellationToken)
    {
        if (Open(id, context, out var task, out var key) is { } wrong)
        {
            return wrong;
        }

        var (body, problem) = await RequestBody.ReadAsync(context.Request, ActsJson.Default.ActRequest, MaxBodyBytes, mayBeEmpty: true);
        if (problem is not null || TaskAct.ToCommand(act, body ?? new ActRequest(), out problem) is not { } command)
        {
            return problem!;
        }

        AuditTrail.Note(context, body?.Reason);
        var (reply, refusal) = await SendAsync(task, command, key, context, calls, cancellationToken);
        if (reply is null)
        {
            return refusal!;
        }

        if (Preference.WaitOf(context.Request) is { } wait)
        {
            Preference.Apply(context.Response, wait);
            await TaskWaits.WaitAsync(calls.Tasks, task, null, state => IsSettled(act, state.ToState()), wait, cancellationToken);
        }

        return await AnswerAsync(task, act, reply, context, calls);
    }

    private static async Task<IResult> AmendAsync(string id, HttpContext context, TaskCalls calls, CancellationToken cancellationToken)
    {
        if (Open(id, context, out var task, out var key) is { } wrong)
        {
            return wrong;
        }

        var (patch, problem) = await RequestBody.ReadAsync(context.Request, ActsJson.Default.TaskPatch, MaxBodyBytes);
        if (patch is null || (problem = TaskAct.CheckReason(patch.Reason)) is not null)
        {
            return problem!;
        }

        AuditTrail.Note(context, patch.Reason);
        if (context.Request.Headers.IfMatch.Count == 0)
        {
            return Problems.Of(
                ProblemType.PreconditionRequired, "A change of what others may change too names the version that it is for: the ETag of the task in If-Match, "
                    + "or '*' for whatever it is by now.");
        }

        var labels = patch.Labels ?? ImmutableDictionary<string, string?>.Empty;
        var set = labels.Where(label => label.Value is not null).Select(label => KeyValuePair.Create(label.Key, label.Value!));
        var kept = context.GetCaller().Labels.Keys.FirstOrDefault(labels.ContainsKey);
        if (kept is not null)
        {
            return Problems.Of(ProblemType.Forbidden, $"The key of this request is for tasks with the label '{kept}', so it does not change that label.");
        }

        var amend = new AmendTask
        {
            Labels = TaskState.NoLabels.SetItems(set),
            RemovedLabels = [.. labels.Where(label => label.Value is null).Select(label => label.Key)],
            Priority = patch.Priority,
        };
        var (reply, refusal) = await SendAsync(task, amend, key, context, calls, cancellationToken);
        return reply is null ? refusal! : await AnswerAsync(task, "amend", reply, context, calls);
    }

    private static async Task<IResult> DeleteAsync(
        string id, [Description("Why, for people.")] string? reason, HttpContext context, TaskCalls calls, CancellationToken cancellationToken)
    {
        if ((Open(id, context, out var task, out var key) ?? TaskAct.CheckReason(reason)) is { } wrong)
        {
            return wrong;
        }

        AuditTrail.Note(context, reason);
        var (reply, refusal) = await SendAsync(task, new DeleteTask(), key, context, calls, cancellationToken);
        return reply is null ? refusal!
            : reply.Outcome == CommandOutcome.Unchanged ? Problems.NoSuchTask(task)
            : TypedResults.NoContent();
    }

    private static ProblemHttpResult? Open(string id, HttpContext context, out TaskId task, out string? key)
    {
        key = null;
        return !TaskId.TryParse(id, out task, out var problem) || !OperationKeys.TryRead(context.Request, out key, out problem)
            ? Problems.BadRequest(problem!)
            : null;
    }

    /// <summary>
    /// Sends the command for the version that If-Match names, and for any where it names none. The task compares the version itself, after its ledger: an act
    /// that was done under the same key is answered as it was the first time, although the task is at another version since.
    /// </summary>
    private static async Task<(TaskReply? Reply, IResult? Refusal)> SendAsync(
        TaskId task, TaskCommand command, string? key, HttpContext context, TaskCalls calls, CancellationToken cancellationToken)
    {
        var version = 0L;
        if (Conditions.NameAVersion(context.Request))
        {
            var seen = await calls.ReadAsync(task);
            version = seen is not null && Conditions.Matches(context.Request, calls.HeadersOf(seen).ETag) ? seen.Version : AnotherVersion;
            if (version == AnotherVersion && key is null)
            {
                return (null, seen is null ? Problems.NoSuchTask(task) : ChangedMeanwhile(task, seen, context, calls));
            }
        }

        var reply = await calls.SendAsync(task, command with { IfVersion = version, Origin = AuditTrail.OriginOf(context) }, key, cancellationToken);
        return !reply.IsRefused ? (reply, null)
            : reply.Reason == RefusalReason.Conflict && await calls.ReadAsync(task) is { } newer ? (null, ChangedMeanwhile(task, newer, context, calls))
            : (null, Problems.Refused(task, reply));
    }

    private static ProblemHttpResult ChangedMeanwhile(TaskId task, TaskSnapshot snapshot, HttpContext context, TaskCalls calls)
    {
        context.Response.Headers.ETag = calls.HeadersOf(snapshot).ETag;
        return Problems.Of(ProblemType.Changed, $"Task {task} is another one by now, at version {snapshot.Version}. Read it again and repeat the change.");
    }

    private static async Task<IResult> AnswerAsync(TaskId task, string act, TaskReply reply, HttpContext context, TaskCalls calls)
    {
        var snapshot = await calls.ReadAsync(task);
        if (snapshot is not null)
        {
            context.Response.Headers.ETag = calls.HeadersOf(snapshot).ETag;
        }

        var outcome = reply.Outcome == CommandOutcome.Unchanged ? "unchanged" : "applied";
        return TypedResults.Json(
            new ActReply(
                task.Value, act, outcome, reply.Message, snapshot?.Version ?? reply.Version, snapshot?.ToState().Status.ToWireName()),
            ActsJson.Default.ActReply);
    }

    /// <summary>Of an act that stops work: nobody is at work any more. Of the others: the task has ended.</summary>
    private static bool IsSettled(string act, TaskState state) =>
        state.Status.IsFinished() || (act is TaskAct.Cancel or "pause" && state.Stages.All(stage => stage.Lease is null));
}
