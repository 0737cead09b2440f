using Microsoft.Extensions.Logging;
using VideoGen.Tasks;

namespace VideoGen.Client.Workers;

internal sealed partial class StageRunner
{
    [LoggerMessage(2, LogLevel.Debug, "Task {Task}: stage {Stage} was not given ({Why}).")]
    private partial void LogNotGiven(TaskId task, StageName stage, string? why);

    [LoggerMessage(3, LogLevel.Debug, "Task {Task}: stage {Stage} begins under token {Token}.")]
    private partial void LogBegun(TaskId task, StageName stage, long token);

    [LoggerMessage(4, LogLevel.Debug, "Task {Task}: stage {Stage} under token {Token} ended: {End}.")]
    private partial void LogEnded(TaskId task, StageName stage, long token, StageEnd end);

    [LoggerMessage(7, LogLevel.Warning, "Task {Task}: stage {Stage} goes on although it was told to stop; its slot is not free before it ends.")]
    private partial void LogIgnoresCancellation(TaskId task, StageName stage);

    [LoggerMessage(13, LogLevel.Warning, "Task {Task}: stage {Stage} could not be begun; its task offers it again.")]
    private partial void LogNotBegun(TaskId task, StageName stage, Exception exception);

    [LoggerMessage(
        15,
        LogLevel.Warning,
        "Task {Task}: this worker is refused the lease of stage {Stage}, and leaves offers to others for a while that grows with each refusal: {Why}")]
    private partial void LogRefused(TaskId task, StageName stage, string? why);

    [LoggerMessage(
        17,
        LogLevel.Information,
        "Task {Task}: stage {Stage} was lost with several workers. This one takes nothing more until its other stages have ended, and then does it alone.")]
    private partial void LogWaitsToBeAlone(TaskId task, StageName stage);
}
