namespace VideoGen.Grains.Tests.Simulation;

/// <summary>
/// One thread, one seed and a clock of its own: everything that is awaited inside comes back to it, in an order that the seed draws, and time moves on only
/// when there is nothing left to do. The same seed gives the same run.
/// </summary>
internal sealed class VirtualWorld : SynchronizationContext
{
    private readonly List<(SendOrPostCallback Callback, object? State)> _ready = [];
    private readonly PriorityQueue<(VirtualTimer Timer, long Arming), (long Due, long Order)> _timers = new();
    private readonly VirtualClock _clock;
    private long _order;

    public VirtualWorld(int seed)
    {
        Random = new Random(seed);
        _clock = new VirtualClock(this);
    }

    public Random Random { get; }

    public TimeProvider Time => _clock;

    /// <summary>What a clock shows that nobody steps.</summary>
    public DateTimeOffset Now { get; private set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>By how much the silos' clocks on the wall are off; it may change at any time, and no timer feels it.</summary>
    public TimeSpan WallOffset { get; set; }

    public DateTimeOffset Wall => Now + WallOffset;

    /// <summary>How likely a tick of an activation comes many seconds late.</summary>
    public double TickStalls { get; set; }

    public override void Post(SendOrPostCallback d, object? state) => _ready.Add((d, state));

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("Nothing in a simulation may block.");

    public Task DelayAsync(double minSeconds, double maxSeconds) =>
        Task.Delay(TimeSpan.FromSeconds(minSeconds + (Random.NextDouble() * (maxSeconds - minSeconds))), Time);

    /// <summary>Rises with each call; says which of two things at the same moment came first.</summary>
    public long NextOrder() => _order++;

    public bool Chance(double probability) => Random.NextDouble() < probability;

    public Guid NextGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        Random.NextBytes(bytes);
        return new Guid(bytes);
    }

    /// <summary>Runs until the work is done; virtual time is bounded.</summary>
    public void Run(Func<Task> work, TimeSpan limit)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            var end = Now + limit;
            var main = work();
            while (!main.IsCompleted)
            {
                if (_ready.Count > 0)
                {
                    RunOne();
                }
                else if (Now > end || !FireNext())
                {
                    throw new TimeoutException($"The run is not over at {Now:O}, after {limit} of virtual time.");
                }
            }

            main.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    private void RunOne()
    {
        var index = Random.Next(_ready.Count);
        var (callback, state) = _ready[index];
        _ready[index] = _ready[^1];
        _ready.RemoveAt(_ready.Count - 1);
        callback(state);
    }

    private bool FireNext()
    {
        while (_timers.TryDequeue(out var next, out var key))
        {
            if (next.Timer.Arming != next.Arming)
            {
                continue;
            }

            Now = Now.Ticks < key.Due ? new DateTimeOffset(key.Due, TimeSpan.Zero) : Now;
            next.Timer.Fire();
            return true;
        }

        return false;
    }

    private sealed class VirtualClock(VirtualWorld world) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => world.Wall;

        public override long GetTimestamp() => world.Now.Ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new VirtualTimer(world, callback, state);
            timer.Change(dueTime, period);
            return timer;
        }
    }

    private sealed class VirtualTimer(VirtualWorld world, TimerCallback callback, object? state) : ITimer
    {
        public long Arming { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Arming++;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                world._timers.Enqueue((this, Arming), (world.Now.Ticks + dueTime.Ticks, world._order++));
            }

            return true;
        }

        public void Fire()
        {
            Arming++;
            callback(state);
        }

        public void Dispose() => Arming++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
