using System.Collections.Immutable;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Workers;

/// <summary>
/// The workers that are alive, as they say themselves every few seconds. It is memory: what a crash takes is there again with the next reports. There is one;
/// its key is 0.
/// </summary>
[Alias("VideoGen.IWorkerRegistryGrain"), GrainInterfaceType("VideoGen.IWorkerRegistryGrain")]
public interface IWorkerRegistryGrain : IGrainWithIntegerKey
{
    /// <summary>How often a worker reports, and it does so too when something changes.</summary>
    static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(3);

    /// <summary>A worker that was not heard for so long is not listed any more.</summary>
    static readonly TimeSpan ForgetAfter = TimeSpan.FromSeconds(20);

    /// <summary>A worker says how it is, and hears what it is to do.</summary>
    /// <exception cref="ArgumentException">The report is out of bounds; the message says how.</exception>
    [Alias("Report")]
    Task<WorkerOrders> ReportAsync(WorkerReport report);

    /// <summary>A worker has ended.</summary>
    [Alias("Leave")]
    Task LeaveAsync(WorkerId worker);

    /// <summary>Those that were heard lately, by name.</summary>
    [Alias("List")]
    Task<ImmutableArray<WorkerStatus>> ListAsync();

    /// <summary>Tells the workers of that name that are alive to take nothing more. Each hears it with its next report. Returns how many they are.</summary>
    [Alias("Drain")]
    Task<int> DrainAsync(string name);

    /// <summary>How long stages took lately, by kind; only kinds of which some ended while this registry was in memory.</summary>
    [Alias("Durations")]
    Task<ImmutableArray<KindDuration>> ListDurationsAsync();

    /// <summary>Since when no worker of the queue can do such stages, as far as the registry remembers.</summary>
    [Alias("Absence")]
    Task<WorkerAbsence> FindAbsenceAsync(string queue, string kind, ImmutableArray<string> needs);
}

/// <summary>Nobody can do some stages.</summary>
/// <param name="Since">When the last one who could ended or was heard last; or, where none is remembered, since when workers are remembered.</param>
/// <param name="Last">The name of that one; null when none is remembered.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.WorkerAbsence")]
public sealed record WorkerAbsence([property: Id(0)] DateTimeOffset Since, [property: Id(1)] string? Last);

/// <summary>What a worker is told with the answer to its report.</summary>
/// <param name="Drain">It is to take nothing more, and to end when it is done with what it holds.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.WorkerOrders")]
public sealed record WorkerOrders([property: Id(0)] bool Drain);

/// <summary>A worker as the registry knows it.</summary>
/// <param name="Report">What it said last.</param>
/// <param name="HeardAt">When it said it, by the registry's clock.</param>
/// <param name="IsToldToDrain">Whether it was told to take nothing more; it may not have heard it yet.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.WorkerStatus")]
public sealed record WorkerStatus([property: Id(0)] WorkerReport Report, [property: Id(1)] DateTimeOffset HeardAt, [property: Id(2)] bool IsToldToDrain);

/// <summary>How long stages of a kind took.</summary>
/// <param name="Kind">The first part of their names.</param>
/// <param name="Median">Half of them took longer.</param>
/// <param name="Count">How many it is the median of.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.KindDuration")]
public sealed record KindDuration([property: Id(0)] string Kind, [property: Id(1)] TimeSpan Median, [property: Id(2)] int Count);
