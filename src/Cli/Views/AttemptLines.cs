using VideoGen.Client.Display;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Views;

/// <summary>Which worker did what of a task.</summary>
internal static class AttemptLines
{
    /// <summary>Attempts that did not complete their stages, in the order of the task.</summary>
    public static IReadOnlyList<string> Former(TaskState state) =>
    [
        .. state.Stages.SelectMany(stage => (stage.FormerAttempts ?? []).Select(attempt => $"{stage.Name}: {AttemptWords.Of(attempt)}")),
    ];

    /// <summary>One line for each worker: what it completed, members of a group by their number.</summary>
    public static IReadOnlyList<string> Completed(TaskState state) =>
    [
        .. state.Stages.Where(stage => stage.CompletedBy is not null)
            .GroupBy(stage => stage.CompletedBy!, StringComparer.Ordinal)
            .Select(worker => $"{worker.Key}: {string.Join(", ", worker.GroupBy(stage => stage.Name.Kind, StringComparer.Ordinal).Select(Counted))}"),
    ];

    private static string Counted(IGrouping<string, StageState> kind) =>
        kind.Skip(1).Any() ? $"{kind.Count()} of {kind.Key}" : kind.First().Name.Value;
}
