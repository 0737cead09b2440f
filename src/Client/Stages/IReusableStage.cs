namespace VideoGen.Client.Stages;

/// <summary>
/// A stage whose work need not be done again where it was done before, by whatever task of the same artifact store: what it makes comes from its inputs alone.
/// It chooses them first, and is then given nothing else, so that work can only be taken over that was done from the same.
/// </summary>
/// <remarks>
/// The kind, <see cref="Version"/> and the inputs decide whether it is the same. What a person has done again is done again, and so is a task that was created
/// with <see cref="Tasks.Contracts.CreateTask.Fresh"/>. A result is remembered where it consists of artifacts alone: no warnings, no added stages.
/// </remarks>
public interface IReusableStage : IStage
{
    /// <summary>Another one whenever this code would make something else of the same inputs; 1 to 200 characters.</summary>
    string Version { get; }

    /// <summary>Chooses what the work is done from; null where this attempt is not to be reused, and then the whole context is given.</summary>
    Task<StageInputs?> ChooseInputsAsync(StageContext context, CancellationToken cancellationToken);

    /// <summary>Does the work once, from what was chosen.</summary>
    Task<StageResult> ExecuteAsync(StageDesk desk, CancellationToken cancellationToken);
}
