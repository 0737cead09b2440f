using VideoGen.Client.Artifacts;
using VideoGen.Client.Stages;
using VideoGen.Client.Tasks;
using VideoGen.Grains.Tasks;

namespace VideoGen.Client.Workers;

/// <summary>How an attempt ended, as this worker sees it.</summary>
internal enum StageEnd
{
    Completed,
    Failed,

    /// <summary>Given back unfinished.</summary>
    Released,

    /// <summary>The task was cancelled, or the lease is another's: nothing that this worker did counts.</summary>
    Abandoned,
}

/// <summary>
/// One attempt under one lease: while the stage works, reports its progress and listens to what the task answers; in the end, says how it ended.
/// </summary>
internal sealed class StageExecution(PipelineClient tasks, TaskId task, string stage, StageLease lease, StageWorkerOptions options, TimeProvider time) : IDisposable
{
    /// <summary>Reports of a stage that gets on fast are thinned out to one in this time; the newest is kept.</summary>
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a stopping worker tries to give its stage back; after that the lease runs out by itself.</summary>
    private static readonly TimeSpan ReleaseTimeout = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _news = new(0, 1);
    private double _fraction;
    private string? _message;
    private long _sequence;
    private WorkerDirective _directive = WorkerDirective.Continue;

    public void Dispose() => _news.Dispose();

    /// <summary>Called by the stage; it only takes note, the reporting goes on beside the work.</summary>
    public Task ReportAsync(double fraction, string message, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _fraction = Math.Max(_fraction, double.IsNaN(fraction) ? 0 : fraction);
            _message = message;
            _sequence++;
            if (_news.CurrentCount == 0)
            {
                _news.Release();
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        return Task.CompletedTask;
    }

    public async Task<StageEnd> RunAsync(Func<TaskState, CancellationToken, Task<StageResult>> work, CancellationToken stoppingToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var reporting = KeepReportingAsync(stop);
        StageResult? result = null;
        FailStage? failure = null;
        try
        {
            // The lease came with the durable state; what is read now holds all that completed before.
            var snapshot = await tasks.ReadAsync(task, stop.Token).ConfigureAwait(false)
                ?? throw new StageFailedException("task.missing", $"Task {task} was deleted while stage {stage} began.");
            result = await work(snapshot.ToState(), stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
#pragma warning disable CA1031 // Whatever a stage throws is how its attempt ended.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            failure = stop.IsCancellationRequested ? null : ToFailure(exception);
        }

        var interrupted = result is null && failure is null;
        await stop.CancelAsync().ConfigureAwait(false);
        await reporting.ConfigureAwait(false);
        return interrupted ? await GiveBackAsync().ConfigureAwait(false) : await EndAsync(result, failure).ConfigureAwait(false);
    }

    private async Task<StageEnd> EndAsync(StageResult? result, FailStage? failure)
    {
        TaskCommand end = failure is not null
            ? failure
            : new CompleteStage(stage, lease.Token)
            {
                Artifacts = result!.Artifacts,
                FanOut = result.FanOut,
                Warnings = result.Warnings,
                TaskResult = result.TaskResult,
            };
        var reply = await tasks.ExecuteAsync(task, end).ConfigureAwait(false);
        if (reply is { IsRefused: true, Reason: not RefusalReason.LeaseLost } && failure is null)
        {
            // The task does not take what the stage made; that must be seen, not tried for ever.
            failure = new FailStage(stage, lease.Token, $"The task refused its result: {reply.Message}", "result.refused");
            reply = await tasks.ExecuteAsync(task, failure).ConfigureAwait(false);
        }

        return reply.Outcome != CommandOutcome.Applied ? StageEnd.Abandoned : failure is null ? StageEnd.Completed : StageEnd.Failed;
    }

    private async Task<StageEnd> GiveBackAsync()
    {
        if (_directive == WorkerDirective.Cancel)
        {
            return StageEnd.Abandoned;
        }

        try
        {
            using var timeout = new CancellationTokenSource(ReleaseTimeout, time);
            await tasks.ExecuteAsync(task, new ReleaseStage(stage, lease.Token), timeout.Token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The lease runs out by itself; a stopping worker must not hang on a dead cluster.
        catch (Exception)
#pragma warning restore CA1031
        {
            return StageEnd.Abandoned;
        }

        return StageEnd.Released;
    }

    private async Task KeepReportingAsync(CancellationTokenSource stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await _news.WaitAsync(options.HeartbeatInterval, stop.Token).ConfigureAwait(false);
                var reply = await tasks.ExecuteAsync(task, NextReport(), stop.Token).ConfigureAwait(false);
                _directive = reply.Reason is RefusalReason.LeaseLost or RefusalReason.NotFound ? WorkerDirective.Cancel : reply.Directive;
                if (_directive != WorkerDirective.Continue)
                {
                    await stop.CancelAsync().ConfigureAwait(false);
                    return;
                }

                await Task.Delay(ReportInterval, time, stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // A report that did not get through is repeated by the next; the work goes on for as long as the lease holds.
            catch (Exception)
#pragma warning restore CA1031
            {
                await Task.Delay(ReportInterval, time, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private ReportProgress NextReport()
    {
        lock (_lock)
        {
            return new ReportProgress(stage, lease.Token, _fraction, _message) { Sequence = _sequence, ExtendLease = options.LeaseDuration };
        }
    }

    private FailStage ToFailure(Exception exception) => exception switch
    {
        StageFailedException failed => new FailStage(stage, lease.Token, failed.Message, failed.Code, failed.Retryable),
        ArtifactException artifact => new FailStage(stage, lease.Token, artifact.Message, artifact.Code),
        IOException io => new FailStage(stage, lease.Token, $"A file could not be read or written: {io.Message}", "io", Retryable: true),
        _ => new FailStage(stage, lease.Token, $"{exception.GetType().Name}: {exception.Message}", "unexpected", Retryable: true),
    };
}
