using System.Collections.Immutable;
using Orleans.Concurrency;
using Orleans.EventSourcing;
using Orleans.Providers;
using Orleans.Serialization.Cloning;
using VideoGen.Benchmarks.Load;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Benchmarks.Peers;

internal abstract class PersistentPeerGrain(IPersistentState<PeerState> stored) : Grain, IPeerTask
{
    public Task ExecuteAsync(TaskCommand command)
    {
        stored.State.Task = SampleTask.Apply(stored.State.Task, command, TimeProvider.System.GetUtcNow());
        return stored.WriteStateAsync();
    }

    public Task<ImmutableArray<string>> ReadMarksAsync() => Task.FromResult(stored.State.Task?.Errors ?? []);
}

internal sealed class WriteForEveryCallGrain([PersistentState(PeerStorage.StateName, PeerStorage.Name)] IPersistentState<PeerState> stored)
    : PersistentPeerGrain(stored), IWriteForEveryCallTask;

[Reentrant]
internal sealed class ReentrantGrain([PersistentState(PeerStorage.StateName, PeerStorage.Name)] IPersistentState<PeerState> stored)
    : PersistentPeerGrain(stored), IReentrantTask;

[Reentrant]
[StorageProvider(ProviderName = PeerStorage.Name)]
[LogConsistencyProvider(ProviderName = PeerStorage.LogName)]
internal sealed class JournaledPeerGrain : JournaledGrain<PeerState, TaskCommand>, IJournaledTask
{
    public Task ExecuteAsync(TaskCommand command)
    {
        RaiseEvent(command);
        return ConfirmEvents();
    }

    public Task<ImmutableArray<string>> ReadMarksAsync() => Task.FromResult(State.Task?.Errors ?? []);

    protected override void TransitionState(PeerState state, TaskCommand @event) =>
        state.Task = SampleTask.Apply(state.Task, @event, TimeProvider.System.GetUtcNow());
}

/// <summary>The names that the peers' storage is registered under.</summary>
internal static class PeerStorage
{
    public const string Name = "peers";

    public const string StateName = "task";

    public const string LogName = "StateStorage";
}

/// <summary>The state is immutable, so a journaled grain's tentative copy may share it.</summary>
[RegisterCopier]
internal sealed class TaskStateCopier : IDeepCopier<TaskState>
{
    public TaskState? DeepCopy(TaskState? input, CopyContext context) => input;
}
