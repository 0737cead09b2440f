using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using VideoGen.Grains.Diagnostics;
using VideoGen.Grains.Slots;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Settings;
using VideoGen.Tasks.Slots;
using VideoGen.Tasks.Stored;

namespace VideoGen.Grains.Tests.Simulation;

/// <summary>
/// One limit: the real book of slots and its upkeep, over what the stores of the tasks hold. Its silo dies, and with it all that it knew; some seconds later it
/// is there again. A word to it is lost now and then.
/// </summary>
internal sealed class SimulatedLimit
{
    public const string Name = "gpu";

    private static readonly VideoGenDiagnostics Diagnostics = new(NullLogger<VideoGenDiagnostics>.Instance);

    private readonly VirtualWorld _world;
    private readonly StoredHolders _stored;
    private readonly ClusterSettings _settings;
    private SlotBook _slots = null!;
    private Task _up = null!;
    private int _life;
    private bool _isWanted;

    public SimulatedLimit(VirtualWorld world, IReadOnlyList<SimulatedStore> stores, int most)
    {
        _world = world;
        _stored = new StoredHolders(world, stores);
        _settings = ClusterSettings.None with
        {
            Limits = ClusterSettings.None.Limits.Add(Name, new LimitDefinition(Name) { MaxConcurrent = most }),
        };
    }

    public double FailRead { private get; set; }

    public double LoseWord { private get; set; }

    public bool IsOver { private get; set; }

    public int Used => _slots.Used;

    /// <summary>To be called within the run, whose clock it ticks by.</summary>
    public void Start() => (_slots, _up) = Begin();

    /// <summary>It is declared dead, and comes up in another silo when somebody calls it.</summary>
    public void Crash()
    {
        _life++;
        _up = ComeUpAsync();

        async Task ComeUpAsync()
        {
            await _world.DelayAsync(6, 10);
            (_slots, var looked) = Begin();
            await looked;
        }
    }

    /// <summary>A call that is answered. One to a limit that is down fails, and so does one whose silo dies meanwhile.</summary>
    public async Task<T> CallAsync<T>(Func<SlotBook, T> call)
    {
        await _world.DelayAsync(0, 0.01);
        if (!_up.IsCompleted)
        {
            throw new SiloDiedException();
        }

        var life = _life;
        var answer = call(_slots);
        await _world.DelayAsync(0, 0.01);
        return life == _life ? answer : throw new SiloDiedException();
    }

    /// <summary>A call without an answer, which comes or is lost.</summary>
    public void Tell(Action<SlotBook> word)
    {
        if (_up.IsCompleted && !_world.Chance(LoseWord))
        {
            word(_slots);
        }
    }

    /// <summary>A worker's queue asks for slots. Whoever is refused counts as waiting, and the limit then looks at the store.</summary>
    public async Task<bool> TryAcquireAsync(int weight)
    {
        var isGiven = await CallAsync(slots => slots.TryAcquire("queue", weight));
        _isWanted |= !isGiven;
        return isGiven;
    }

    private (SlotBook Slots, Task Looked) Begin()
    {
        var slots = new SlotBook(_world.Time);
        var upkeep = new LimitUpkeep(Name, slots, _stored, ReadSettingsAsync, _world.Time, Diagnostics);
        _ = TickAsync(upkeep, _life);
        return (slots, upkeep.LookAsync());
    }

    private async Task TickAsync(LimitUpkeep upkeep, int life)
    {
        for (var second = 1; ; second++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), _world.Time);
            if (IsOver || life != _life)
            {
                return;
            }

            await upkeep.TickAsync();
            if (_isWanted && second % 5 == 0)
            {
                _isWanted = false;
                await upkeep.LookAsync();
            }
        }
    }

    private async Task<ClusterSettings> ReadSettingsAsync()
    {
        await _world.DelayAsync(0, 0.1);
        return _world.Chance(FailRead) ? throw new TaskStorageException("simulated: the settings cannot be read") : _settings;
    }

    /// <summary>The index of holders, read off the newest version of each task.</summary>
    private sealed class StoredHolders(VirtualWorld world, IReadOnlyList<SimulatedStore> stores) : ITaskIndex
    {
        public bool KeepsSchedules => true;

        public async Task<ImmutableArray<LimitHolder>> FindHoldersAsync(string limit, CancellationToken cancellationToken = default)
        {
            await world.DelayAsync(0, 0.1);
            if (stores.Any(store => world.Chance(store.Faults.FailRead)))
            {
                throw new TaskStorageException("simulated: the index cannot be read");
            }

            ImmutableArray<LimitHolder> found = [.. stores.SelectMany(store => HeldIn(store)).Where(holder => holder.Limit == limit)];
            await world.DelayAsync(0, 0.1);
            return found;
        }

        public Task<TaskPage> QueryAsync(TaskQuery query, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task<TaskCounts> CountAsync(TaskQuery query, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task<ImmutableArray<TaskId>> FindOwedAsync(DateTimeOffset untouchedSince, int limit, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public Task<int> PurgeDeletedAsync(DateTimeOffset before, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        private static ImmutableArray<LimitHolder> HeldIn(SimulatedStore store)
        {
            if (store.History.Count == 0)
            {
                return [];
            }

            var document = new TaskDocument();
            document.Load(store.History[^1].Json);
            return document.GetSchedule().Held;
        }
    }
}
