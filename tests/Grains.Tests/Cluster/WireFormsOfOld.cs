using System.Collections.Immutable;
using Orleans.Serialization;
using VideoGen.Tasks;
using VideoGen.Tasks.Json;

namespace VideoGen.Grains.Tests.Cluster;

[GenerateSerializer]
internal sealed record Carrier(
    [property: Id(0)] TaskId Id,
    [property: Id(1)] JsonText Json,
    [property: Id(2)] JsonText? Maybe,
    [property: Id(3)] TaskId[] Ids,
    [property: Id(4)] string Text)
{
    [Id(5)] public StageName Stage { get; init; }

    [Id(6)] public ImmutableArray<StageName> Stages { get; init; }
}

/// <summary>An offer as it was before it had a share and limits.</summary>
[GenerateSerializer]
internal sealed record OfferOfOld(
    [property: Id(0)] TaskId Task,
    [property: Id(1)] string Stage,
    [property: Id(2)] int Attempt,
    [property: Id(3)] int Priority,
    [property: Id(4)] DateTimeOffset TaskCreatedAt,
    [property: Id(5)] ImmutableArray<string> Needs);

/// <summary>The same with the members as they were generated.</summary>
[GenerateSerializer]
internal sealed record CarrierOfOld(
    [property: Id(0)] IdOfOld Id,
    [property: Id(1)] JsonOfOld Json,
    [property: Id(2)] JsonOfOld? Maybe,
    [property: Id(3)] IdOfOld[] Ids,
    [property: Id(4)] string Text)
{
    [Id(5)] public string? Stage { get; init; }

    [Id(6)] public ImmutableArray<string> Stages { get; init; }
}

[GenerateSerializer, Immutable]
internal readonly record struct IdOfOld
{
    private IdOfOld(string value) => Value = value;

    [Id(0)]
    public string Value { get; private init; }

    public static IdOfOld Of(string value) => new(value);
}

[GenerateSerializer, Immutable]
internal readonly record struct JsonOfOld
{
    [Id(0)]
    private readonly string? _value;

    private JsonOfOld(string? value) => _value = value;

    public static JsonOfOld Of(string? value) => new(value);

    public string Value => _value ?? "null";
}

/// <summary>A command without members, as retry, pause and the look at the clock were.</summary>
[GenerateSerializer]
internal sealed record BareOfOld : CommandOfOld;

[GenerateSerializer]
internal abstract record CommandOfOld;
