using VideoGen.Grains.Diagnostics;

namespace VideoGen.Grains.Activation;

/// <summary>What a task does beside answering its callers.</summary>
internal static class Steps
{
    /// <summary>A step that the next wake-up repeats anyway: its failure is logged, and is not an error of the caller.</summary>
    public static async Task AttemptAsync(VideoGenDiagnostics diagnostics, string taskId, string step, Func<Task> action)
    {
        try
        {
            await action();
        }
#pragma warning disable CA1031 // See above.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            diagnostics.StepFailed(taskId, step, exception);
        }
    }
}
