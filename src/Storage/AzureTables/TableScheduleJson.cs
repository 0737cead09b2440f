using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using VideoGen.Storage.Queries;
using VideoGen.Tasks;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.State;

namespace VideoGen.Storage.AzureTables;

/// <summary>What the rows of a schedule hold, as JSON: what is the same for all stages of a task once, and then the stages.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WaitingStages))]
[JsonSerializable(typeof(ImmutableArray<SlotHolder>))]
internal sealed partial class TableScheduleJson : JsonSerializerContext
{
    public static byte[] Write(ImmutableArray<ReadyStage> ready)
    {
        var first = ready[0].Offer;
        return JsonSerializer.SerializeToUtf8Bytes(
            new WaitingStages(
                first.Priority,
                first.TaskCreatedAt,
                first.FairShare?.Key,
                first.FairShare?.Weight,
                [.. ready.Select(stage => new WaitingStage(
                    stage.Queue,
                    stage.Offer.Stage.Value,
                    stage.Offer.Attempt,
                    stage.Needs.Length == 0 ? null : stage.Needs,
                    stage.NotBefore,
                    stage.Offer.Limits))]),
            Default.WaitingStages);
    }

    public static byte[] Write(ImmutableArray<LimitHolder> held) => JsonSerializer.SerializeToUtf8Bytes(
        [.. held.Select(holder => new SlotHolder(holder.Limit, holder.Stage.Value, holder.Worker, holder.Weight, holder.Expires))],
        Default.ImmutableArraySlotHolder);

    /// <exception cref="JsonException">The bytes are not what was written.</exception>
    public static IEnumerable<ReadyStage> ReadReady(byte[] json, TaskId task)
    {
        var waiting = JsonSerializer.Deserialize(json, Default.WaitingStages) ?? throw new JsonException("There is nothing.");
        var share = waiting.Share is { } key ? new FairShare(key, waiting.Weight ?? 1) : null;
        return waiting.Stages.Select(stage => new ReadyStage(
            stage.Queue,
            new StageOffer(
                task, StageName.Parse(stage.Name), stage.Attempt, waiting.Priority, waiting.CreatedAt, OfferRest.NeedsOf(stage.Needs ?? ""))
            {
                FairShare = share,
                Limits = stage.Limits,
            },
            stage.NotBefore));
    }

    /// <exception cref="JsonException">The bytes are not what was written.</exception>
    public static IEnumerable<LimitHolder> ReadHeld(byte[] json, TaskId task) => JsonSerializer
        .Deserialize(json, Default.ImmutableArraySlotHolder)
        .Select(holder => new LimitHolder(holder.Limit, task, StageName.Parse(holder.Stage), holder.Worker, holder.Weight, holder.Expires));
}

/// <summary>Stages of one task that wait.</summary>
internal sealed record WaitingStages(int Priority, DateTimeOffset CreatedAt, string? Share, double? Weight, ImmutableArray<WaitingStage> Stages);

/// <param name="Needs">The capabilities that a worker must have, as one text; null for none.</param>
internal sealed record WaitingStage(string Queue, string Name, int Attempt, string? Needs, DateTimeOffset? NotBefore, ImmutableArray<StageLimit>? Limits);

internal sealed record SlotHolder(string Limit, string Stage, string Worker, int Weight, DateTimeOffset Expires);
