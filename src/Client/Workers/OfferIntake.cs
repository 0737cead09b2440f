using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Queues;

namespace VideoGen.Client.Workers;

/// <summary>
/// Takes offers for one worker from all of its queues at once. While there is room it first looks into one queue after the other, in turn, without waiting;
/// when all were empty it waits in all of them. An offer that comes when the last place was taken in the meantime goes back to its queue at once.
/// </summary>
internal sealed partial class OfferIntake(
    IGrainFactory grains, ImmutableArray<OfferStream> streams, WorkerLoad load, Random random, TimeProvider time, ILogger logger)
{
    /// <summary>How long one call waits for an offer.</summary>
    private static readonly TimeSpan PollWait = TimeSpan.FromSeconds(10);

    /// <summary>How much later the answer may come before the call is taken for lost.</summary>
    private static readonly TimeSpan PollSlack = TimeSpan.FromSeconds(5);

    /// <summary>Calls that wait in the only queue of a worker: so many offers can be on their way to it at once. Of several queues one waits in each.</summary>
    private const int MaxPolls = 16;

    /// <summary>A worker that waits for offers and is not answered for so long is cut off: an answer comes sooner, if only that there is nothing.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    /// <summary>The waits while a queue cannot be reached.</summary>
    private static readonly Backoff Retries = new(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(3));

    private readonly GrainReferences<IStageQueueGrain> _queues = new(grains);
    private readonly Lock _lock = new();
    private long _answered = time.GetTimestamp();
    private bool _isLooking;
    private int _turn;

    /// <summary>Begins to do a stage that has a place. It must not throw.</summary>
    public required Action<HeldStage> Begin { private get; init; }

    /// <summary>How long no queue has answered, where one should have; null when all is well.</summary>
    public TimeSpan? Unanswered
    {
        get
        {
            lock (_lock)
            {
                return IsWaiting && time.GetElapsedTime(_answered) is var silence && silence > Silence ? silence : null;
            }
        }
    }

    private bool IsWaiting => streams.Any(stream => stream.Polls > 0);

    /// <summary>Until the token is cancelled. It ends when no call waits any more.</summary>
    public async Task RunAsync(CancellationToken stoppingToken)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var stopping = stoppingToken.Register(ended.SetResult);
        void OnChanged() => Pump(stoppingToken);
        load.Changed += OnChanged;
        Pump(stoppingToken);
        await ended.Task.ConfigureAwait(false);
        load.Changed -= OnChanged;
    }

    /// <summary>Sees to it that there are as many calls as there is room.</summary>
    private void Pump(CancellationToken stoppingToken)
    {
        if (stoppingToken.IsCancellationRequested)
        {
            return;
        }

        if (streams.Length == 1)
        {
            Wait(MaxPolls, stoppingToken);
            return;
        }

        lock (_lock)
        {
            if (_isLooking)
            {
                return;
            }

            _isLooking = true;
        }

        _ = LookAsync(stoppingToken);
    }

    private void Wait(int most, CancellationToken stoppingToken)
    {
        foreach (var stream in streams)
        {
            while (TryReserve(stream, most))
            {
                _ = WaitAsync(stream, stoppingToken);
            }
        }
    }

    private bool TryReserve(OfferStream stream, int most)
    {
        lock (_lock)
        {
            var isOneMore = stream.Polls < Math.Min(load.RoomFor(stream.Kinds), stream.Failures > 0 ? 1 : most);
            if (isOneMore)
            {
                _answered = IsWaiting ? _answered : time.GetTimestamp();
                stream.Polls++;
            }

            return isOneMore;
        }
    }

    /// <summary>Looks into the queues in turn for as long as one has something; then waits in all of them.</summary>
    private async Task LookAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        for (var empty = 0; empty < streams.Length && !stoppingToken.IsCancellationRequested;)
        {
            var stream = streams[_turn++ % streams.Length];
            empty++;
            if (TryReserve(stream, 1) && await TakeAsync(stream, TimeSpan.Zero, stoppingToken).ConfigureAwait(false))
            {
                empty = 0;
            }
        }

        lock (_lock)
        {
            _isLooking = false;
        }

        Wait(1, stoppingToken);
    }

    private async Task WaitAsync(OfferStream stream, CancellationToken stoppingToken)
    {
        await Task.Yield();
        await TakeAsync(stream, PollWait, stoppingToken).ConfigureAwait(false);
        Pump(stoppingToken);
    }

    /// <summary>One call, for which a poll of the stream is reserved. True when an offer came.</summary>
    private async Task<bool> TakeAsync(OfferStream stream, TimeSpan wait, CancellationToken stoppingToken)
    {
        var failures = stream.Failures;
        try
        {
            var profile = stream.Profile with { Kinds = load.Taken(stream.Kinds) };
            var offer = await _queues[stream.Queue].TakeAsync(profile, wait, stoppingToken)
                .WaitAsync(wait + PollSlack, time, stoppingToken).ConfigureAwait(false);
            if (EndPoll(stream))
            {
                LogReached(stream.Queue);
            }

            if (offer is not null)
            {
                await AcceptAsync(stream.Queue, offer).ConfigureAwait(false);
            }

            return offer is not null;
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return false;
        }
#pragma warning disable CA1031 // A worker outlives whatever goes wrong with a queue; it is tried again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (NoteFailure(stream, failures) == 1)
            {
                LogUnreachable(stream.Queue, exception);
            }

            await Retries.WaitAsync(stream.Failures, random, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            lock (_lock)
            {
                stream.Polls--;
            }

            return false;
        }
    }

    /// <summary>True when the queue could not be reached before.</summary>
    private bool EndPoll(OfferStream stream)
    {
        lock (_lock)
        {
            stream.Polls--;
            _answered = time.GetTimestamp();
            var isReachedAgain = stream.Failures > 0;
            stream.Failures = 0;
            return isReachedAgain;
        }
    }

    /// <summary>Calls that were under way together fail together, and count once. Zero for all of them but the first.</summary>
    private int NoteFailure(OfferStream stream, int before)
    {
        lock (_lock)
        {
            return stream.Failures == before ? ++stream.Failures : 0;
        }
    }

    private async Task AcceptAsync(string queue, StageOffer offer)
    {
        if (offer.Check() is { } problem)
        {
            LogNotUnderstood(problem);
        }
        else if (load.TryHold(queue, offer) is { } held)
        {
            Begin(held);
        }
        else
        {
            await GiveBackAsync(queue, offer).ConfigureAwait(false);
        }
    }

    /// <summary>Another worker may have it at once. If that fails, its task offers it again after a while.</summary>
    public async Task GiveBackAsync(string queue, StageOffer offer)
    {
        try
        {
            await _queues[queue].ReturnAsync(offer).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // See above.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogNotGivenBack(offer.Task, offer.Stage, exception.Message);
        }
    }

    [LoggerMessage(5, LogLevel.Warning, "Queue {Queue} cannot be reached; it is tried again until it can.")]
    private partial void LogUnreachable(string queue, Exception exception);

    [LoggerMessage(6, LogLevel.Information, "Queue {Queue} is reached again.")]
    private partial void LogReached(string queue);

    [LoggerMessage(8, LogLevel.Warning, "An offer is malformed and was left out: {Problem}")]
    private partial void LogNotUnderstood(string problem);

    [LoggerMessage(9, LogLevel.Debug, "Task {Task}: the offer of stage {Stage} could not be given back to its queue ({Problem}); the task repeats it.")]
    private partial void LogNotGivenBack(TaskId task, StageName stage, string problem);
}
