namespace VideoGen.Cli.Exits;

/// <summary>What the process says to scripts. The README documents these numbers.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The task failed, or nothing could be done for a reason that is not the caller's.</summary>
    public const int Failed = 1;

    /// <summary>The command line or the document is wrong.</summary>
    public const int BadInput = 2;

    /// <summary>There is no such task.</summary>
    public const int NotFound = 3;

    /// <summary>The id belongs to other content, another process runs the task, the task does not allow this now, or the caller's role does not.</summary>
    public const int Conflict = 4;

    /// <summary>The store, the cluster or a program that is needed cannot be used.</summary>
    public const int Unavailable = 5;

    /// <summary>A queue takes no new tasks now; the message says when to try again.</summary>
    public const int Busy = 6;

    /// <summary>A silo went because it could store nothing while others could; start it again.</summary>
    public const int StartAgain = 75;

    /// <summary>Ctrl-C; the task is cancelled.</summary>
    public const int Cancelled = 130;
}
