using VideoGen.Tasks.State;

namespace VideoGen.Cli.Rehearsal.Records;

/// <summary>A worker was given a stage, or was told that it completed it.</summary>
/// <param name="Worker">Who says so.</param>
/// <param name="Task">Whose stage.</param>
/// <param name="Stage">Its full name.</param>
/// <param name="Token">Of the lease.</param>
/// <param name="IsCompletion">Else it begins.</param>
internal sealed record WorkerWord(string Worker, string Task, string Stage, long Token, bool IsCompletion);

/// <summary>How far a stage was in a state that somebody saw.</summary>
internal sealed record SeenProgress(string Task, string Stage, int Attempt, long Version, double Progress);

/// <summary>A command under a lease that is no more, or never was.</summary>
/// <param name="Task">Whose stage.</param>
/// <param name="Stage">Its full name.</param>
/// <param name="Token">That it names.</param>
/// <param name="IsRefused">Whether it was.</param>
/// <param name="Answer">What was said.</param>
internal sealed record ForgedCommand(string Task, string Stage, long Token, bool IsRefused, string Answer);

/// <summary>A task that somebody saw finished.</summary>
internal sealed record SeenEnd(string Task, long Version, RunStatus Status);

/// <summary>A report or an order that came to a task after its end.</summary>
/// <param name="Task">Which one.</param>
/// <param name="What">In words.</param>
/// <param name="IsApplied">Whether it changed the task.</param>
/// <param name="Version">After it.</param>
internal sealed record LateCommand(string Task, string What, bool IsApplied, long Version);

/// <summary>Reports of one stage that were sent in another order than they were made, and some of them twice; all were answered.</summary>
/// <param name="Task">Whose stage.</param>
/// <param name="Stage">Its full name.</param>
/// <param name="Progress">The highest of them.</param>
/// <param name="Message">Of the newest.</param>
internal sealed record ShuffledReports(string Task, string Stage, double Progress, string Message);
