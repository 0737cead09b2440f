using System.Globalization;
using VideoGen.Client.Display;
using VideoGen.Tasks;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Views;

/// <summary>One stage as a person sees it: a stage of its own, or a group with its members summed up.</summary>
/// <param name="Name">For a person: <c>Narration</c>.</param>
/// <param name="Status">Of the stage.</param>
/// <param name="Progress">0 to 1.</param>
/// <param name="Message">What is going on, or why it failed; may be empty.</param>
/// <param name="Elapsed">From its start to its end, or to now.</param>
internal sealed record StageLine(string Name, RunStatus Status, double Progress, string Message, TimeSpan? Elapsed)
{
    /// <summary>Whether it counts as completed although it was not done; the message says why.</summary>
    public bool IsSkipped { get; init; }

    public int Percent => Client.Display.Percent.Of(Progress);

    public static IReadOnlyList<StageLine> Of(TaskState state, DateTimeOffset now)
    {
        var members = state.Stages
            .Where(stage => stage.Name.Group is { } group && state.Stages.Contains(group))
            .ToLookup(stage => stage.Name.Group!.Value);
        return
        [
            .. state.Stages
                .Where(stage => stage.Name.Group is not { } group || !state.Stages.Contains(group))
                .Select(stage => new StageLine(
                    StageTitles.Of(stage.Name),
                    stage.Status,
                    stage.Progress,
                    stage.Plan is { IsGroup: true } ? Summary(stage, [.. members[stage.Name]]) : stage.Error ?? stage.Skipped ?? stage.Message ?? "",
                    (stage.CompletedAt ?? now) - stage.StartedAt)
                {
                    IsSkipped = stage.Skipped is not null,
                }),
        ];
    }

    /// <summary><c>1:05</c>, or <c>1:02:03</c> from an hour on.</summary>
    public static string Format(TimeSpan time) =>
        time.ToString(time.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);

    private static string Summary(StageState group, IReadOnlyList<StageState> members)
    {
        if (members.Count == 0)
        {
            return "";
        }

        var done = members.Count(member => member.Status == RunStatus.Completed);
        var failed = members.FirstOrDefault(member => member.Status == RunStatus.Failed);
        var count = $"{done} of {members.Count} scenes";
        if (failed is not null)
        {
            return $"{count}; {failed.Name.Unit}: {failed.Error}";
        }

        var working = members.LastOrDefault(member => member is { Status: RunStatus.Running, Message: not null });
        return working is null || group.Status.IsFinished() ? count : $"{count}; {working.Message}";
    }
}
