using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

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
    }

    public void Committed(string taskId, long updates, int commands)
    {
        _updates.Add(updates);
        _commits.Add(1);
        _batchSize.Record(commands);
        LogCommitted(taskId, updates, commands);
    }

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

    public void Swept(int woken)
    {
        if (woken > 0)
        {
            _pokes.Add(woken);
            LogSwept(woken);
        }
    }

    public void Dispose() => _meter.Dispose();
}
