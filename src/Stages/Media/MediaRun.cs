using System.Collections.Immutable;

namespace VideoGen.Stages.Media;

/// <summary>One run of a program.</summary>
internal sealed record MediaRun
{
    public required MediaTool Tool { get; init; }

    /// <summary>
    /// Each becomes one argument; no shell sees them. They hold numbers, fixed words and plain relative file names of our own making,
    /// never text or names from a document or a task.
    /// </summary>
    public required ImmutableArray<string> Arguments { get; init; }

    /// <summary>Relative names in the arguments are in here, so that no special character of the path itself ever reaches a filter.</summary>
    public required string WorkingDirectory { get; init; }

    public required TimeSpan Timeout { get; init; }

    /// <summary>What is being done, to complete "... failed": <c>Encoding scene-003</c>.</summary>
    public required string Purpose { get; init; }

    /// <summary>Writes what the program reads from its standard input.</summary>
    public Func<Stream, CancellationToken, Task>? WriteInput { get; init; }

    /// <summary>Called with each line of the standard output.</summary>
    public Action<string>? OutputLine { get; init; }
}
