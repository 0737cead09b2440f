using System.Collections.Immutable;
using System.Reflection;
using VideoGen.Tasks.Queues;

namespace VideoGen.Client.Tests.Fixtures;

/// <summary>A queue in this process that does nothing by itself: a waiting call is answered when the test brings an offer, and never for its time.</summary>
internal sealed class QueueDouble : IStageQueueGrain
{
    private readonly Lock _lock = new();
    private readonly List<StageOffer> _offers = [];
    private readonly List<(WorkerProfile Worker, TaskCompletionSource<StageOffer?> Answer)> _waiters = [];

    /// <summary>Calls that wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _waiters.Count;
            }
        }
    }

    public ImmutableArray<StageOffer> Offers
    {
        get
        {
            lock (_lock)
            {
                return [.. _offers];
            }
        }
    }

    public Task OfferAsync(ImmutableArray<StageOffer> offers)
    {
        lock (_lock)
        {
            foreach (var offer in offers)
            {
                var waiter = _waiters.FirstOrDefault(waiter => waiter.Worker.CanDo(offer));
                if (waiter.Answer is null)
                {
                    _offers.Add(offer);
                }
                else
                {
                    _waiters.Remove(waiter);
                    waiter.Answer.SetResult(offer);
                }
            }
        }

        return Task.CompletedTask;
    }

    public Task<StageOffer?> TakeAsync(WorkerProfile worker, TimeSpan wait, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (_offers.Find(worker.CanDo) is { } offer)
            {
                _offers.Remove(offer);
                return Task.FromResult<StageOffer?>(offer);
            }

            if (wait == TimeSpan.Zero)
            {
                return Task.FromResult<StageOffer?>(null);
            }

            var answer = new TaskCompletionSource<StageOffer?>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((worker, answer));
            return answer.Task;
        }
    }

    public Task ReturnAsync(StageOffer offer) => OfferAsync([offer]);

    public Task<bool> ContinueAsync(StageOffer offer, WorkerProfile worker) => Task.FromResult(false);

    public Task ForgoAsync(StageOffer offer) => Task.CompletedTask;

    public Task<QueueAdmission> AdmitAsync() => Task.FromResult(new QueueAdmission(null));

    public Task PauseAsync(QueuePause pause) => throw new NotSupportedException("This queue is never paused.");

    public Task ResumeAsync() => Task.CompletedTask;

    public Task<ImmutableArray<QueuePlace>> FindPlacesAsync(ImmutableArray<StageOffer> offers, ImmutableArray<WorkerProfile> workers) =>
        throw new NotSupportedException();

    public Task<QueueRoom> ReserveAsync(RoomRequest request) => Task.FromResult(new QueueRoom(request.Wanted, 0, QueueBacklog.Usual, TimeSpan.Zero));

    public Task ChangedAsync() => Task.CompletedTask;

    public Task<QueueStatus> InspectAsync() => Task.FromResult(new QueueStatus(Offers.Length, Waiting));
}

/// <summary>The grains of a cluster, but for some that a test brings.</summary>
public class ReplacedGrains : DispatchProxy
{
    private IGrainFactory? _inner;
    private ImmutableDictionary<string, IGrainWithStringKey> _replaced = ImmutableDictionary<string, IGrainWithStringKey>.Empty;

    /// <param name="inner">Null where nothing but these is asked for.</param>
    /// <param name="replaced">By key.</param>
    internal static IGrainFactory Of(IGrainFactory? inner, params (string Key, IGrainWithStringKey Grain)[] replaced)
    {
        var grains = Create<IGrainFactory, ReplacedGrains>();
        ((ReplacedGrains)grains)._inner = inner;
        ((ReplacedGrains)grains)._replaced = replaced.ToImmutableDictionary(one => one.Key, one => one.Grain);
        return grains;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        args is [string key, ..] && _replaced.TryGetValue(key, out var grain) && targetMethod!.ReturnType.IsAssignableFrom(grain.GetType())
            ? grain
            : targetMethod!.Invoke(_inner, args);
}
