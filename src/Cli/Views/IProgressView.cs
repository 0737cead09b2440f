using VideoGen.Tasks.State;

namespace VideoGen.Cli.Views;

/// <summary>Shows a task at work, one state after the other.</summary>
internal interface IProgressView
{
    /// <summary>Runs <paramref name="work"/>, which calls its argument with each newer state.</summary>
    Task<T> FollowAsync<T>(Func<Action<TaskState>, Task<T>> work);
}
