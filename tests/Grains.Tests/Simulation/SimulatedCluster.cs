using Microsoft.Extensions.Logging.Abstractions;
using VideoGen.Grains.Activation;
using VideoGen.Grains.Commit;
using VideoGen.Grains.Diagnostics;
using VideoGen.Grains.Queues;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Rules;

namespace VideoGen.Grains.Tests.Simulation;

/// <summary>The silo of an activation died, or the activation ended, while a call was on its way.</summary>
internal sealed class SiloDiedException() : Exception("simulated: the silo died");

/// <summary>One activation of the task: the real commit loop, and the tick that its grain gives it.</summary>
internal sealed class SimulatedActivation
{
    private static readonly VideoGenDiagnostics Diagnostics = new(NullLogger<VideoGenDiagnostics>.Instance);

    private readonly VirtualWorld _world;
    private readonly SimulatedRecord _record;

    // Without RunContinuationsAsynchronously: that would send Task.WhenAny to the thread pool, out of the simulation.
    private readonly TaskCompletionSource _death = new();
    private readonly CommandAdmission? _admission;
    private bool _isLoaded;
    private int _calls;

    public SimulatedActivation(
        VirtualWorld world, SimulatedStore store, string taskId, Action<SimulatedActivation> onStandDown, SimulatedLimit? limit = null)
    {
        _world = world;
        Writer = world.NextGuid();
        StartedAt = world.Now;
        _record = new SimulatedRecord(store, Writer);
        Loop = new TaskCommitLoop(taskId, _record, Writer, world.Time, new Random(world.Random.Next()), new CommitOptions(), Diagnostics)
        {
            StandDown = () => onStandDown(this),
            Published = () => _admission?.Published(taskId),
        };
        if (limit is not null)
        {
            var grains = SimulatedGrains.Create(limit, () => Crashed);
            var queues = new GrainReferences<IStageQueueGrain>(grains);
            _admission = new CommandAdmission(Loop, grains, new QueueGates(queues, world.Time), null!, queues, world.Time, Diagnostics);
        }

        _ = TickAsync();
    }

    public Guid Writer { get; }

    public DateTimeOffset StartedAt { get; }

    public TaskCommitLoop Loop { get; }

    public bool IsOver { get; private set; }

    public bool Crashed => _record.IsDead;

    public async Task<T> CallAsync<T>(Func<TaskCommitLoop, Task<T>> call)
    {
        if (IsOver)
        {
            throw new SiloDiedException();
        }

        _calls++;
        var answer = call(Loop);
        await Task.WhenAny(answer, _death.Task);
        _calls--;
        return answer.IsCompleted && !_record.IsDead ? await answer : throw new SiloDiedException();
    }

    /// <summary>As the grain does: what a command needs from outside of its task is asked for first.</summary>
    public async Task<TaskReply> SubmitAsync(OperationId operation, TaskCommand command)
    {
        if (_admission is null || command is CreateTask)
        {
            return await Loop.SubmitAsync(operation, command);
        }

        if (!_isLoaded)
        {
            await Loop.LoadAsync();
            _isLoaded = true;
            _admission.Loaded();
        }

        return await _admission.SubmitAsync(operation, command);
    }

    public void Crash()
    {
        IsOver = true;
        _record.IsDead = true;
        _death.TrySetResult();
    }

    public async Task EndAsync()
    {
        // As in Orleans: no call comes in any more, those that are in are waited for, and then the grain is told.
        IsOver = true;
        while (_calls > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), _world.Time);
        }

        await Loop.DrainAsync();
    }

    private async Task TickAsync()
    {
        while (!IsOver)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), _world.Time);
            if (_world.Chance(_world.TickStalls))
            {
                // The silo stands still, and wakes long after a lease is over.
                await _world.DelayAsync(2, 12);
            }

            try
            {
                await Loop.CheckTimeAsync(_ => OperationIds.Next(_world, 0));
            }
            catch (Exception exception) when (exception is TaskStorageException or TaskConflictException)
            {
                // The next tick repeats it, as in the grain.
            }
        }
    }
}

/// <summary>Where a call for the task goes: to its activation, or to one of two.</summary>
internal sealed class SimulatedCluster(VirtualWorld world, SimulatedStore store, string taskId, int activations, SimulatedLimit? limit = null)
{
    private readonly List<SimulatedActivation> _live = [];
    private Task _ending = Task.CompletedTask;

    public List<SimulatedActivation> All { get; } = [];

    /// <summary>As in a real cluster, a call waits until an activation that ends has ended, and then meets the next one.</summary>
    public async Task<SimulatedActivation> RouteAsync()
    {
        while (!_ending.IsCompleted)
        {
            await _ending;
        }

        while (_live.Count < activations)
        {
            var activation = new SimulatedActivation(world, store, taskId, OnStandDown, limit);
            _live.Add(activation);
            All.Add(activation);
        }

        return _live[world.Random.Next(_live.Count)];
    }

    public async Task CrashOneAsync()
    {
        var activation = await RouteAsync();
        _live.Remove(activation);
        activation.Crash();
    }

    /// <summary>A graceful end, as of an idle activation or a silo that stops.</summary>
    public async Task EndOneAsync() => await EndAsync(await RouteAsync());

    /// <summary>The cluster heals to one activation, and everything that is buffered is written.</summary>
    public async Task SettleAsync()
    {
        activations = 1;
        foreach (var activation in _live.ToArray())
        {
            await EndAsync(activation);
        }
    }

    private void OnStandDown(SimulatedActivation activation) => _ = EndAsync(activation);

    private Task EndAsync(SimulatedActivation activation)
    {
        if (!_live.Remove(activation))
        {
            return Task.CompletedTask;
        }

        var end = activation.EndAsync();
        _ending = Task.WhenAll(_ending, end);
        return end;
    }
}

internal static class OperationIds
{
    /// <summary>A version 7 UUID by the seed's randomness and a clock that may be off.</summary>
    public static OperationId Next(VirtualWorld world, double skewSeconds)
    {
        Span<byte> bytes = stackalloc byte[16];
        world.Random.NextBytes(bytes);
        var milliseconds = world.Now.AddSeconds(skewSeconds).ToUnixTimeMilliseconds();
        for (var i = 5; i >= 0; i--, milliseconds >>= 8)
        {
            bytes[i] = (byte)milliseconds;
        }

        bytes[6] = (byte)(0x70 | (bytes[6] & 0x0F));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3F));
        return new OperationId(new Guid(bytes, bigEndian: true));
    }
}
