namespace VideoGen.Tasks.Contracts;

/// <summary>Gives an unfinished task another place in the queues; what it offered before is offered again with it.</summary>
/// <param name="Priority">Higher goes first, from minus <see cref="Limits.MaxPriority"/> to it.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.ChangePriority")]
public sealed record ChangePriority([property: Id(0)] int Priority) : TaskCommand;
