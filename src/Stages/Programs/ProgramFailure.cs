using VideoGen.Client.Stages;

namespace VideoGen.Stages.Programs;

/// <summary>How the end of a program is told to whoever asked for the task.</summary>
/// <param name="context">That of the attempt.</param>
/// <param name="command">The command, as it was given to the worker.</param>
internal sealed class ProgramFailure(StageContext context, string command)
{
    /// <summary>EX_TEMPFAIL of sysexits.h: whom the program asked is too busy, and it may come again.</summary>
    internal const int TryLater = 75;

    /// <summary>How long a stage waits whose program said so.</summary>
    internal static readonly TimeSpan LaterAfter = TimeSpan.FromSeconds(30);

    private const string Failed = "program.failed";
    private const string DiskFull = "No space left on device";

    /// <summary>What a shell, or what puts a program into a group, says of one that it cannot start.</summary>
    private const int NotExecutable = 126;
    private const int NotFound = 127;
    private const int SignalBase = 128;
    private const int SigKill = 9;

    private const string Mend = "Mend the program or what it was given, then retry the task.";

    /// <summary>Null when the program did its work.</summary>
    public StageFailedException? Of(ProgramEnd end, ProgramVoice voice)
    {
        var said = voice.Failure is { Length: > 0 } reason ? $" It says: {reason}" : "";
        var words = voice.LastWords is { Length: > 0 } last ? $" Its last words: {last}" : "";
        return end.ExitCode switch
        {
            0 when voice.Failure is null => null,
            0 => new(Failed, $"{Subject} failed, as it says itself: {voice.Failure} {Mend}{words}", retryable: true),
            TryLater => new("program.busy", $"{Subject} asks to come again later (exit code {TryLater}).{said}{words}", retryable: true)
            {
                RetryAfter = LaterAfter,
            },
            _ when voice.HasSaid(DiskFull) => new(
                "disk.full", $"{Subject} failed since a disk is full. Free some space, then retry the task.{said}{words}", retryable: true),
            NotExecutable or NotFound => new(
                "program.missing",
                $"{Subject} could not be started (exit code {end.ExitCode}). Is it installed, and may it be executed?{said}{words}",
                retryable: true),
            SignalBase + SigKill => new(
                "program.killed", $"{Subject} was killed, as happens where memory runs out. {Mend}{said}{words}", retryable: true),
            > SignalBase and var code => new(
                "program.killed", $"{Subject} was ended by signal {code - SignalBase}. {Mend}{said}{words}", retryable: true),
            var code => new(Failed, $"{Subject} ended with exit code {code}. {Mend}{said}{words}", retryable: true),
        };
    }

    public StageFailedException NotStarted(Exception exception) =>
        new("program.missing", $"{Subject} could not be started: {exception.Message}", retryable: true, exception);

    private string Subject => $"The program of stage {context.StageName} of task {context.TaskId} ('{command}')";
}
