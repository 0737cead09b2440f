using System.Collections.Immutable;
using System.Security.Cryptography;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Notices;

/// <summary>Who is told of what. Who has this can sign notices to that subscriber.</summary>
/// <param name="Name">What people call it, for as long as it is there.</param>
/// <param name="Id">What tasks know it by; one that is made anew under the same name has another.</param>
/// <param name="Url">Where notices go, by POST.</param>
/// <param name="Secret">See <see cref="WebhookSecret"/>.</param>
/// <param name="CreatedAt">When it was made.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.Webhook")]
public sealed record Webhook(
    [property: Id(0)] string Name,
    [property: Id(1)] string Id,
    [property: Id(2)] string Url,
    [property: Id(3)] string Secret,
    [property: Id(4)] DateTimeOffset CreatedAt)
{
    public const int MaxNameLength = 64;

    public const int MaxIdLength = 32;

    public const int MaxUrlLength = 2_000;

    public const int MaxFailureLength = 300;

    /// <summary>As with a key: tasks are found by one label.</summary>
    public const int MaxLabels = 1;

    /// <summary>What it is told of (<see cref="NoticeTypes.IsPattern"/>); null for everything.</summary>
    [Id(5)] public ImmutableArray<string>? Events { get; init; }

    /// <summary>It is told of tasks that have all of these; null for all tasks.</summary>
    [Id(6)] public ImmutableSortedDictionary<string, string>? Labels { get; init; }

    /// <summary>Since when nothing is sent to it, as it said that it is gone (410); null while it is told.</summary>
    [Id(7)] public DateTimeOffset? DisabledAt { get; init; }

    /// <summary>When it last took a notice; it may be a minute behind.</summary>
    [Id(8)] public DateTimeOffset? LastToldAt { get; init; }

    /// <summary>When a notice last failed; it may be a minute behind.</summary>
    [Id(9)] public DateTimeOffset? LastFailedAt { get; init; }

    /// <summary>Why that notice failed, in a sentence.</summary>
    [Id(10)] public string? LastFailure { get; init; }

    /// <summary>A new id, of 128 random bits.</summary>
    public static string NewId() => RandomNumberGenerator.GetHexString(MaxIdLength, lowercase: true);

    /// <summary>Null when it is sound, else what is wrong with it.</summary>
    public string? Check()
    {
        if (CheckName(Name) is { } problem)
        {
            return problem;
        }

        if (!NameText.IsPlain(Id, MaxIdLength) || !WebhookSecret.IsOne(Secret))
        {
            return $"Webhook {Name} comes without an id or without a secret.";
        }

        if (CheckUrl(Url) is { } wrong)
        {
            return wrong;
        }

        if (Events is { } events && (events.IsDefaultOrEmpty || events.Length > NoticeTypes.All.Length || !events.All(NoticeTypes.IsPattern)))
        {
            return $"Webhook {Name} names an event that is none: they are task.*, stage.*, {string.Join(", ", NoticeTypes.All)}.";
        }

        return Labels is { } labels && (labels.Count > MaxLabels || labels.Any(label => !IsLabel(label)))
            ? $"Webhook {Name} has more than {MaxLabels} label, or one that no task has: its key has 1 to {Limits.MaxLabelKeyLength} characters, "
                + $"and its value at most {Limits.MaxLabelValueLength}."
            : null;
    }

    /// <summary>Null when it is a name for a webhook, else what is wrong with it.</summary>
    public static string? CheckName(string? name) =>
        NameText.IsPlain(name, MaxNameLength) ? null : $"The name of a webhook has 1 to {MaxNameLength} characters, none of them a control character.";

    /// <summary>Null when it is an address that notices may go to, as far as its text says; else what is wrong with it.</summary>
    public static string? CheckUrl(string? url) =>
        url is not { Length: > 0 and <= MaxUrlLength } || NameText.HasControl(url) || !Uri.TryCreate(url, UriKind.Absolute, out var address)
            || address.Scheme is not ("https" or "http") || address.Host.Length == 0
            ? $"The address of a webhook is an absolute one of https, of at most {MaxUrlLength} characters."
        : address.UserInfo.Length > 0 || address.Fragment.Length > 0
            ? "The address of a webhook has neither a user name nor a fragment: who notices come from is told by their signature."
        : null;

    /// <summary>Whether it is to be told of that.</summary>
    internal bool Wants(string type, ImmutableSortedDictionary<string, string>? labels) =>
        DisabledAt is null
        && (Events is not { } events || events.Any(pattern => NoticeTypes.Matches(pattern, type)))
        && (Labels is not { } wanted || wanted.All(label => labels is not null && labels.TryGetValue(label.Key, out var value) && value == label.Value));

    /// <summary>Without the secret, and without an address that may hold one.</summary>
    public override string ToString() => $"webhook {Name}";

    private static bool IsLabel(KeyValuePair<string, string> label) =>
        NameText.IsPlain(label.Key, Limits.MaxLabelKeyLength) && label.Value is { Length: <= Limits.MaxLabelValueLength };
}

/// <summary>The subscriptions of a cluster.</summary>
[GenerateSerializer, Immutable, Alias("VideoGen.Webhooks")]
public sealed record Webhooks
{
    public const int MaxWebhooks = 100;

    public static Webhooks None { get; } = new();

    [Id(0)] public ImmutableArray<Webhook> All { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>That of the id, or null.</summary>
    public Webhook? Find(string id)
    {
        foreach (var webhook in All)
        {
            if (webhook.Id == id)
            {
                return webhook;
            }
        }

        return null;
    }
}
