using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.State;

namespace VideoGen.Storage.Queries;

/// <summary>What an offer says that no query looks for, as one text, so that a store needs no column for each.</summary>
/// <param name="Weight">Of the fair share; null for 1.</param>
/// <param name="Limits">Null for none.</param>
internal sealed record OfferRest(double? Weight, ImmutableArray<StageLimit>? Limits)
{
    /// <summary>Null when there is nothing more to say.</summary>
    public static string? TextOf(StageOffer offer)
    {
        var weight = offer.FairShare is { } share && share.Weight != 1 ? share.Weight : (double?)null;
        return weight is null && offer.Limits is null ? null : JsonSerializer.Serialize(new OfferRest(weight, offer.Limits), OfferRestJson.Default.OfferRest);
    }

    /// <summary>The offer with what the text says.</summary>
    /// <exception cref="JsonException">The text is not one of ours.</exception>
    public static StageOffer Complete(StageOffer offer, string fairKey, string? text)
    {
        var rest = text is null ? null : JsonSerializer.Deserialize(text, OfferRestJson.Default.OfferRest);
        return offer with { FairShare = fairKey.Length == 0 ? null : new FairShare(fairKey, rest?.Weight ?? 1), Limits = rest?.Limits };
    }

    /// <summary>The names that <see cref="ReadyStage.Needs"/> put together.</summary>
    public static ImmutableArray<string> NeedsOf(string needs) => needs.Length == 0 ? [] : [.. needs.Split('\n')];
}

/// <summary>The form of <see cref="OfferRest"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OfferRest))]
[JsonSerializable(typeof(ImmutableArray<string>))]
internal sealed partial class OfferRestJson : JsonSerializerContext
{
}
