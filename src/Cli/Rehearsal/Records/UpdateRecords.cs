using System.Collections.Immutable;

namespace VideoGen.Cli.Rehearsal.Records;

/// <summary>An update under one operation id, and every answer that came to it. Its mark is in no other update.</summary>
/// <param name="Task">Whose task.</param>
/// <param name="Mark">What it appends.</param>
/// <param name="Answers">None when its outcome is not known.</param>
internal sealed record SentUpdate(string Task, string Mark, ImmutableArray<UpdateAnswer> Answers)
{
    public UpdateAnswer? Acknowledgement => Answers.FirstOrDefault(answer => answer.IsApplied);

    public bool IsRefused => Answers.Length > 0 && Acknowledgement is null;
}

/// <param name="At">When it came, from the start of the rehearsal on.</param>
/// <param name="IsApplied">Else it was refused.</param>
/// <param name="Version">That it made, or met.</param>
/// <param name="Message">Why it was refused.</param>
internal sealed record UpdateAnswer(TimeSpan At, bool IsApplied, long Version, string? Message);

/// <summary>A read of a task that others update.</summary>
/// <param name="Task">Which one.</param>
/// <param name="Reader">Who read; each waits for one read before it begins the next.</param>
/// <param name="Begun">When.</param>
/// <param name="Version">Of the state that came.</param>
/// <param name="ETag">Of its record.</param>
/// <param name="Marks">In the order in which they were appended.</param>
internal sealed record SeenState(string Task, string Reader, TimeSpan Begun, long Version, string ETag, string Marks);

/// <summary>Something past a bound that was sent to the cluster.</summary>
/// <param name="What">In words.</param>
/// <param name="Bound">The number that a refusal has to name.</param>
/// <param name="IsRefused">Whether it was.</param>
/// <param name="Message">What was said.</param>
internal sealed record ExcessiveCommand(string What, string Bound, bool IsRefused, string? Message);
