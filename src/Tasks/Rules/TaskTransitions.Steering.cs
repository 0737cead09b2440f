using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Rules;

public static partial class TaskTransitions
{
    private static TaskDecision Change(TaskState state, ChangePriority change)
    {
        if (state.Status.IsFinished())
        {
            return TaskDecision.InvalidState($"The task is {state.Status.ToWireName()}, so it waits for nothing and keeps priority {state.Priority}.");
        }

        return change.Priority == state.Priority
            ? new TaskDecision.Unchanged($"The task has priority {state.Priority} already.")
            : new TaskDecision.Changed(state with { Priority = change.Priority, CreatedPriority = state.CreatedPriority ?? state.Priority });
    }
}
