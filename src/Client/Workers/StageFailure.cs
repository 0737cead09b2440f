using VideoGen.Client.Stages;
using VideoGen.Files;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Client.Workers;

/// <summary>What a stage's exception means for its attempt.</summary>
internal static class StageFailure
{
    public const string Unexpected = "unexpected";
    public const string DiskFull = "disk.full";

    public static FailStage ToCommand(Exception exception, StageName stage, long token) => exception switch
    {
        StageFailedException { RetryAfter: { } wait } busy when wait > TimeSpan.Zero =>

            // Silos of an older program know only that it may be tried again.
            new FailStage(stage, token, busy.Message, busy.Code, Retryable: true)
            {
                RetryAfter = wait < Limits.MaxRetryAfter ? wait : Limits.MaxRetryAfter,
                RestingLimit = busy.RestingLimit,
            },
        StageFailedException failed => new FailStage(stage, token, failed.Message, failed.Code, failed.Retryable),
        ArtifactException artifact => new FailStage(stage, token, artifact.Message, artifact.Code),
        IOException io when DiskFault.IsFull(io) =>
            new FailStage(stage, token, $"The disk is full: {exception.Message}. Free some space, then retry the task.", DiskFull, Retryable: true),
        IOException or UnauthorizedAccessException =>
            new FailStage(stage, token, $"A file could not be read or written: {exception.Message}", "io", Retryable: true),
        _ => new FailStage(stage, token, $"{exception.GetType().Name}: {exception.Message}", Unexpected, Retryable: true),
    };
}
