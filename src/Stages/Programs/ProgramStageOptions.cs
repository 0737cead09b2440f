using System.Collections.Immutable;

namespace VideoGen.Stages.Programs;

/// <summary>A program that does stages: one run of it is one attempt. What it is given and what it may say is in <c>docs/authors.md</c>.</summary>
public sealed record ProgramStageOptions
{
    public static readonly TimeSpan MaxGrace = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The program and its arguments, in quotes where a word has blanks: <c>python3 render.py</c>. It is no shell line: <c>sh -c '…'</c> is one.
    /// </summary>
    public required string Command { get; init; }

    /// <summary>The kinds of stages that it does.</summary>
    public required ImmutableArray<string> Kinds { get; init; }

    /// <summary>Words of the command that name a file in this folder stand for that file with its whole path.</summary>
    public string Folder { get; init; } = Environment.CurrentDirectory;

    /// <summary>
    /// How long the program has to end by itself once it was asked to. It is short, so that a program that lost its lease has ended before another begins.
    /// </summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(2);
}
