using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Storage;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Settings;
using VideoGen.Tasks.Slots;
using VideoGen.Tasks.Stored;

namespace VideoGen.Grains.Settings;

/// <summary>
/// Holds what operators set. A change is stored first; then those whom it concerns are told, and only then it is acknowledged. Whoever was not told asks again
/// within seconds.
/// </summary>
[GrainType("clustersettings")]
internal sealed class ClusterSettingsGrain(
    [FromKeyedServices(TaskStorage.ProviderName)] IGrainStorage storage, IGrainContext context, TimeProvider time) : Grain, IClusterSettingsGrain
{
    private readonly StoredText<ClusterSettings> _stored = new(
        storage, context.GrainId, "settings", ClusterSettings.None, SettingsJson.Default.ClusterSettings, time)
    {
        ReadAgainAfter = TimeSpan.FromSeconds(5),
    };

    public async Task<ClusterSettings> ReadAsync() => await _stored.ReadAsync();

    public async Task SetLimitAsync(LimitDefinition limit)
    {
        ArgumentNullException.ThrowIfNull(limit);
        Refuse(limit.Check());
        await ChangeAsync(settings => settings.Limits.Count >= ClusterSettings.MaxLimits && !settings.Limits.ContainsKey(limit.Name)
            ? throw new ArgumentException($"There are {ClusterSettings.MaxLimits} limits already; remove one before you add limit {limit.Name}.")
            : settings with { Limits = settings.Limits.SetItem(limit.Name, limit) });
        await GrainFactory.GetGrain<ILimitGrain>(limit.Name).ChangedAsync(limit);
    }

    public async Task<bool> RemoveLimitAsync(string name)
    {
        Refuse(LimitName.Check(name));
        var known = (await ReadAsync()).Limits.ContainsKey(name);
        await ChangeAsync(settings => settings with { Limits = settings.Limits.Remove(name) });
        await GrainFactory.GetGrain<ILimitGrain>(name).ChangedAsync(null);
        return known;
    }

    public async Task PauseQueueAsync(QueuePause pause)
    {
        ArgumentNullException.ThrowIfNull(pause);
        Refuse(pause.Check());
        await ChangeAsync(settings => settings.Pauses.Count >= ClusterSettings.MaxPauses && !settings.Pauses.ContainsKey(pause.Queue)
            ? throw new ArgumentException($"{ClusterSettings.MaxPauses} queues are paused already; resume one before you pause queue {pause.Queue}.")
            : settings with { Pauses = settings.Pauses.SetItem(pause.Queue, pause) });
        await GrainFactory.GetGrain<IStageQueueGrain>(pause.Queue).PauseAsync(pause);
    }

    public async Task<bool> ResumeQueueAsync(string queue)
    {
        Refuse(QueueName.Check(queue));
        var paused = (await ReadAsync()).Pauses.TryGetValue(queue, out var pause) && pause.HoldsAt(time.GetUtcNow());
        await ChangeAsync(settings => settings with { Pauses = settings.Pauses.Remove(queue) });
        await GrainFactory.GetGrain<IStageQueueGrain>(queue).ResumeAsync();
        return paused;
    }

    public async Task SetBacklogAsync(string queue, int? most)
    {
        Refuse(QueueBacklog.Check(queue, most));
        await ChangeAsync(settings =>
        {
            var former = settings.Backlogs ?? ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);
            if (most is not null && former.Count >= ClusterSettings.MaxBacklogs && !former.ContainsKey(queue))
            {
                throw new ArgumentException($"{ClusterSettings.MaxBacklogs} queues have a bound already; reset one before you bound queue {queue}.");
            }

            var bounds = most is { } count ? former.SetItem(queue, count) : former.Remove(queue);
            return settings with { Backlogs = bounds.IsEmpty ? null : bounds };
        });
        try
        {
            await GrainFactory.GetGrain<IStageQueueGrain>(queue).ChangedAsync();
        }
        catch (Exception exception) when (OlderPrograms.DoNotKnow(exception))
        {
            // It is stored; the queue reads it when it comes up in a silo that knows of bounds.
        }
    }

    private static void Refuse(string? problem)
    {
        if (problem is not null)
        {
            throw new ArgumentException(problem);
        }
    }

    private Task<ClusterSettings> ChangeAsync(Func<ClusterSettings, ClusterSettings> change) => _stored.ChangeAsync(settings =>
    {
        var now = time.GetUtcNow();
        var over = settings.Pauses.Values.Where(pause => !pause.HoldsAt(now)).Select(pause => pause.Queue);
        return change(settings with { Pauses = settings.Pauses.RemoveRange(over) });
    });
}

/// <summary>The stored form of the settings.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ClusterSettings))]
internal sealed partial class SettingsJson : JsonSerializerContext
{
}
