using System.Collections.Immutable;
using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Silo.Api.Acts;

/// <summary>The acts by which people steer tasks, as addresses name them.</summary>
internal static class TaskAct
{
    public const string Cancel = "cancel";

    public const string Delete = "delete";

    public const string Skip = "skip";

    public const int MaxReason = ActOrigin.MaxReason;

    private const string Pause = "pause";

    private const string Resume = "resume";

    private const string Retry = "retry";

    private const string RunNow = "run-now";

    /// <summary>Acts on one task that are a POST.</summary>
    public static readonly ImmutableArray<string> Posted = [Cancel, Pause, Resume, Retry, RunNow, Skip];

    /// <summary>Acts that make sense for many tasks.</summary>
    public static readonly ImmutableArray<string> InBulk = [Cancel, Pause, Resume, Retry, RunNow, Delete];

    /// <summary>The command of an act, or what is wrong with what came with it.</summary>
    public static TaskCommand? ToCommand(string act, ActRequest request, out ProblemHttpResult? problem)
    {
        problem = CheckReason(request.Reason);
        if (problem is not null)
        {
            return null;
        }

        var stages = ImmutableArray.CreateBuilder<StageName>();
        foreach (var name in request.Stages ?? [])
        {
            if (!StageName.TryParse(name, out var stage, out var wrong))
            {
                problem = Problems.BadRequest(wrong!);
                return null;
            }

            stages.Add(stage);
        }

        TaskCommand? command = (act, stages) switch
        {
            (Cancel, []) => new CancelTask(),
            (Pause, []) => new PauseTask { AfterStages = request.AfterStages },
            (Resume, []) => new ResumeTask(),
            (Retry, _) => new RetryTask { Stages = stages.ToImmutable() },
            (RunNow, []) => new StartNow(),
            (RunNow, [var stage]) => new StartNow(stage),
            (Skip, [var stage]) => new SkipStage(stage, request.Reason),
            (Delete, []) => new DeleteTask(),
            _ => null,
        };
        problem = command is null
            ? Problems.BadRequest($"The act '{act}' names {(act == Skip ? "one stage" : act == RunNow ? "one stage at most" : "no stages")}.")
            : null;
        return command;
    }

    public static ProblemHttpResult? CheckReason(string? reason) => reason is null || NameText.IsPlain(reason, MaxReason)
        ? null
        : Problems.BadRequest($"A reason has 1 to {MaxReason} characters, none of them a control character.");
}
