using System.Collections.Immutable;
using Orleans.Concurrency;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Benchmarks.Peers;

/// <summary>The same task under the same rules as a plain Orleans grain would keep it.</summary>
public interface IPeerTask : IGrainWithStringKey
{
    Task ExecuteAsync(TaskCommand command);

    /// <summary>The errors of the task, which are the marks of the scenario <c>faults</c>.</summary>
    [AlwaysInterleave]
    Task<ImmutableArray<string>> ReadMarksAsync();
}

/// <summary>One call at a time, a write for each.</summary>
public interface IWriteForEveryCallTask : IPeerTask;

/// <summary>Calls interleave; Orleans' own storage bridge lets those that wait share one write.</summary>
public interface IReentrantTask : IPeerTask;

/// <summary>A journaled grain over the log-consistency provider StateStorage.</summary>
public interface IJournaledTask : IPeerTask;

/// <summary>What these grains store.</summary>
[GenerateSerializer]
public sealed class PeerState
{
    [Id(0)]
    public TaskState? Task { get; set; }
}
