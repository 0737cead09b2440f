using System.Collections.Immutable;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Dashboard.OneTask;

/// <summary>A stage of the pipeline, and the members that were added to it if it is a group.</summary>
internal sealed record StageTree(StageState Stage, ImmutableArray<StageState> Members)
{
    public bool IsGroup => Stage.Plan is { IsGroup: true } || !Members.IsEmpty;

    public int MembersDone => Members.Count(member => member.Status == RunStatus.Completed);

    public static IEnumerable<StageTree> Of(TaskState state)
    {
        var members = state.Stages.Where(stage => stage.Name.Group is not null).ToLookup(stage => stage.Name.Group!.Value);
        var owners = state.Stages.Where(stage => stage.Name.Group is not { } group || !state.Stages.Contains(group));
        return owners.Select(stage => new StageTree(stage, [.. members[stage.Name]]));
    }
}
