using System.Collections.Immutable;
using Orleans.Concurrency;

namespace VideoGen.Tasks.Notices;

/// <summary>The subscriptions of the cluster: one grain, key 0. Whatever it acknowledges is durable.</summary>
[Alias("VideoGen.IWebhooksGrain"), GrainInterfaceType("VideoGen.IWebhooksGrain")]
public interface IWebhooksGrain : IGrainWithIntegerKey
{
    /// <exception cref="TaskStorageException">The store cannot answer now.</exception>
    [AlwaysInterleave, Alias("Read")]
    Task<Webhooks> ReadAsync();

    /// <summary>Adds a subscription: what tasks commit five seconds later is told to it. One that is known by its id stays as it is.</summary>
    /// <exception cref="ArgumentException">It is out of bounds, its name is another's, or there are too many; the message says which.</exception>
    /// <exception cref="TaskStorageException">It is not known whether it was stored; say it again.</exception>
    [Alias("Add")]
    Task AddAsync(Webhook webhook);

    /// <summary>The subscription of that name is told nothing more. False when there is none.</summary>
    /// <exception cref="TaskStorageException">It is not known whether it was stored; say it again.</exception>
    [Alias("Remove")]
    Task<bool> RemoveAsync(string name);

    /// <summary>A subscriber that said that it is gone is told again of what happens from now on. False when there is none of that name.</summary>
    /// <exception cref="TaskStorageException">It is not known whether it was stored; say it again.</exception>
    [Alias("Enable")]
    Task<bool> EnableAsync(string name);

    /// <summary>Notes what became of notices, by the ids of their subscriptions. What is not known any more is left out.</summary>
    /// <exception cref="TaskStorageException">It is not known whether it was stored; say it again.</exception>
    [Alias("Note")]
    Task NoteAsync(ImmutableArray<WebhookNote> notes);

    /// <summary>Sends a notice of the type <see cref="NoticeTypes.Test"/>, once. Null when there is no subscription of that name.</summary>
    /// <exception cref="TaskStorageException">The store cannot answer now.</exception>
    [AlwaysInterleave, Alias("Test")]
    Task<WebhookTest?> TestAsync(string name);

    /// <summary>Tells the subscriber again, from some tasks. Null when there is no subscription of that name.</summary>
    /// <exception cref="ArgumentException">The request is out of bounds; the message says which.</exception>
    /// <exception cref="NotSupportedException">The store keeps no list of tasks, so one must be named.</exception>
    /// <exception cref="TaskStorageException">It is not known of which tasks; say it again, nothing is put in line twice.</exception>
    [AlwaysInterleave, Alias("Replay")]
    Task<WebhookReplay?> ReplayAsync(string name, WebhookReplayRequest request);
}

/// <summary>Of one task: what only the task itself can do about notices.</summary>
[Alias("VideoGen.ITaskNoticesGrain"), GrainInterfaceType("VideoGen.ITaskNoticesGrain")]
public interface ITaskNoticesGrain : IGrainWithStringKey
{
    /// <summary>Puts what the task still knows in line again for that subscription. Returns how many notices wait now that did not before.</summary>
    /// <param name="webhook">Its id.</param>
    /// <param name="told">Also what it took before, as far as the task remembers it; else what failed alone.</param>
    /// <exception cref="TaskStorageException">It is not known whether it was stored; say it again.</exception>
    [Alias("Replay")]
    Task<int> ReplayAsync(string webhook, bool told);
}

/// <summary>What became of notices to one subscription since the last note.</summary>
[GenerateSerializer, Immutable, Alias("VideoGen.WebhookNote")]
public sealed record WebhookNote([property: Id(0)] string Id)
{
    [Id(1)] public DateTimeOffset? ToldAt { get; init; }

    [Id(2)] public DateTimeOffset? FailedAt { get; init; }

    [Id(3)] public string? Failure { get; init; }

    /// <summary>It said that it is gone.</summary>
    [Id(4)] public bool IsGone { get; init; }
}

/// <summary>What came of a test.</summary>
/// <param name="Delivered">Whether the subscriber took it.</param>
/// <param name="Problem">Why it did not, in a sentence; null when it did.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.WebhookTest")]
public sealed record WebhookTest([property: Id(0)] bool Delivered, [property: Id(1)] string? Problem);

/// <summary>Which notices go again.</summary>
[GenerateSerializer, Immutable, Alias("VideoGen.WebhookReplayRequest")]
public sealed record WebhookReplayRequest
{
    /// <summary>Tasks that one request goes through.</summary>
    public const int MaxTasks = 100;

    /// <summary>Of that task alone, a deleted one too; null for all that are listed.</summary>
    [Id(0)] public string? Task { get; init; }

    /// <summary>See <see cref="ITaskNoticesGrain.ReplayAsync"/>.</summary>
    [Id(1)] public bool Told { get; init; }

    /// <summary><see cref="WebhookReplay.Next"/> of the request before; null for the first one.</summary>
    [Id(2)] public string? After { get; init; }
}

/// <summary>What one request has put in line.</summary>
/// <param name="Tasks">Gone through.</param>
/// <param name="Notices">Put in line.</param>
/// <param name="Next">Where to go on; null when that was all.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.WebhookReplay")]
public sealed record WebhookReplay([property: Id(0)] int Tasks, [property: Id(1)] int Notices, [property: Id(2)] string? Next);
