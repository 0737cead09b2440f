using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Grains.Diagnostics;

/// <summary>The facts of a task's life, one verb for each: it is logged and counted here and nowhere else. Metrics carry no ids.</summary>
public sealed partial class VideoGenDiagnostics : IDisposable
{
    public const string MeterName = "VideoGen";

    private readonly ILogger<VideoGenDiagnostics> _logger;
    private readonly Meter _meter;
    private readonly Counter<long> _updates;
    private readonly Counter<long> _commits;
    private readonly Histogram<long> _batchSize;
    private readonly Counter<long> _conflicts;
    private readonly Counter<long> _decidedAgain;
    private readonly Counter<long> _ambiguous;
    private readonly Counter<long> _writeFailures;
    private readonly Counter<long> _pokes;
    private readonly Histogram<double> _wait;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _repeats;
    private readonly Counter<long> _notices;
    private readonly ConcurrentDictionary<string, (int Stages, int Workers)> _queues = new(StringComparer.Ordinal);

    public VideoGenDiagnostics(ILogger<VideoGenDiagnostics> logger)
    {
        _logger = logger;
        _meter = new Meter(MeterName);
        _updates = _meter.CreateCounter<long>("videogen.updates", "{update}", "Updates that became durable.");
        _commits = _meter.CreateCounter<long>("videogen.commits", "{write}", "Writes that carried them.");
        _batchSize = _meter.CreateHistogram<long>("videogen.commit.commands", "{command}", "Commands of one write.");
        _conflicts = _meter.CreateCounter<long>("videogen.conflicts", "{write}", "Writes that met another writer's document.");
        _decidedAgain = _meter.CreateCounter<long>("videogen.decided_again", "{batch}", "Batches decided anew on a newer document.");
        _ambiguous = _meter.CreateCounter<long>("videogen.ambiguous_writes", "{write}", "Failed writes that turned out to have happened.");
        _writeFailures = _meter.CreateCounter<long>("videogen.write_failures", "{write}", "Failed writes.");
        _pokes = _meter.CreateCounter<long>("videogen.recovered", "{task}", "Unfinished tasks that a sweep woke up.");
        _wait = _meter.CreateHistogram<double>(
            "videogen.update.wait",
            "s",
            "From the arrival of the first command of a write until it was durable: the turn that it waited for, and the write.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5, 30] });
        _refusals = _meter.CreateCounter<long>("videogen.refusals", "{command}", "Commands and reports that a task refused, by reason.");
        _repeats = _meter.CreateCounter<long>("videogen.repeats", "{command}", "Commands that came again and were answered from memory.");
        _notices = _meter.CreateCounter<long>("videogen.notices", "{notice}", "Notices to subscribers, each sending counted, by outcome.");
        _meter.CreateObservableGauge("videogen.queue.stages", () => Queues(queue => queue.Stages), "{stage}", "Ready stages that a queue of this silo knows.");
        _meter.CreateObservableGauge("videogen.queue.workers", () => Queues(queue => queue.Workers), "{worker}", "Places of workers that wait at it.");
    }

    /// <param name="taskId">Whose.</param>
    /// <param name="updates">Versions that became durable.</param>
    /// <param name="commands">Commands that the write carried; 0 for buffered progress alone.</param>
    /// <param name="waited">Since the first of them came.</param>
    public void Committed(string taskId, long updates, int commands, TimeSpan waited)
    {
        if (commands > 0)
        {
            _wait.Record(waited.TotalSeconds);
        }

        _updates.Add(updates);
        _commits.Add(1);
        _batchSize.Record(commands);
        LogCommitted(taskId, updates, commands);
    }

    /// <summary>A report under a lease that is another's by now is one of them: <see cref="RefusalReason.LeaseLost"/>.</summary>
    public void Refused(RefusalReason reason) => _refusals.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));

    public void Repeated() => _repeats.Add(1);

    public void QueueSeen(string queue, int stages, int workers) => _queues[queue] = (stages, workers);

    public void QueueGone(string queue) => _queues.TryRemove(queue, out _);

    public void Conflicted(string taskId)
    {
        _conflicts.Add(1);
        LogConflicted(taskId);
    }

    public void DecidedAgain(string taskId, int attempt)
    {
        _decidedAgain.Add(1);
        LogDecidedAgain(taskId, attempt);
    }

    public void AmbiguousWriteResolved(string taskId, Exception failure)
    {
        _ambiguous.Add(1);
        LogAmbiguousWriteResolved(taskId, failure.Message);
    }

    public void WriteFailed(string taskId, int attempt, int commands, Exception failure)
    {
        _writeFailures.Add(1);
        LogWriteFailed(taskId, attempt, commands, failure);
    }

    public void ReadFailed(string taskId, Exception failure) => LogReadFailed(taskId, failure);

    public void IndexFailed(Exception failure) => LogIndexFailed(failure);

    public void UnstorableRefused(string taskId, string problem, int reports) => LogUnstorableRefused(taskId, problem, reports);

    public void StoodDown(string taskId) => LogStoodDown(taskId);

    public void StepFailed(string taskId, string step, Exception exception) => LogStepFailed(taskId, step, exception);

    public void NotContinued(string taskId, string stage, Exception exception) => LogNotContinued(taskId, stage, exception.Message);

    public void WebhooksUnread(Exception exception) => LogWebhooksUnread(exception.Message);

    /// <summary>Metrics carry no ids, so this says how notices fare and not whose.</summary>
    public void NoticeSent(string outcome) => _notices.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void NoticesGivenUp(string taskId, string webhook, int attempts, string problem) => LogNoticesGivenUp(taskId, webhook, attempts, problem);

    public void Swept(int woken)
    {
        if (woken > 0)
        {
            _pokes.Add(woken);
            LogSwept(woken);
        }
    }

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<int>> Queues(Func<(int Stages, int Workers), int> figure) =>
        _queues.Select(queue => new Measurement<int>(figure(queue.Value), new KeyValuePair<string, object?>("queue", queue.Key)));
}
