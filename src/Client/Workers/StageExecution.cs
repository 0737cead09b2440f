using Microsoft.Extensions.Logging;
using VideoGen.Client.Stages;
using VideoGen.Client.Tasks;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Workers;

/// <summary>
/// One attempt under one lease: while the stage works, reports its progress and listens to what the task answers; in the end, says how it ended.
/// </summary>
/// <param name="bench">What the attempts of the worker share.</param>
/// <param name="task">Whose stage.</param>
/// <param name="stage">Its full name.</param>
/// <param name="start">The answer that gave the lease.</param>
/// <param name="askedAt">When the lease was asked for, as a timestamp of the worker's clock.</param>
/// <param name="taker">Who would go on with the next stage of the task; asked when this one has ended.</param>
internal sealed partial class StageExecution(Workbench bench, TaskId task, StageName stage, TaskReply start, long askedAt, Func<StageTaker?> taker)
{
    /// <summary>Reports of a stage that gets on fast are thinned out to one in this time; the newest is kept.</summary>
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a stage may take to heed a stop of its worker before it is given back without having ended.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(1);

    private readonly PipelineClient _tasks = bench.Tasks;
    private readonly StageWorkerOptions _options = bench.Options;
    private readonly TimeProvider _time = bench.Time;
    private readonly ILogger _logger = bench.Logger;
    private readonly StageLease _lease = start.Lease!;
    private readonly StageProgress _progress = new();
    private WorkerDirective _directive = WorkerDirective.Continue;

    /// <summary>The stage's own code. It may still be at work when the attempt has ended, if it does not heed its cancellation.</summary>
    public Task Work { get; private set; } = Task.CompletedTask;

    /// <summary>The next stage, which began with the end of this one; null when there is none.</summary>
    public BegunStage? Next { get; private set; }

    /// <param name="stoppingToken">The worker stops: the stage is to be given back.</param>
    /// <param name="graceToken">A stopping worker waits no longer for any answer.</param>
    public async Task<StageEnd> RunAsync(CancellationToken stoppingToken, CancellationToken graceToken)
    {
        var command = await WorkAsync(stoppingToken).ConfigureAwait(false);
        try
        {
            return command is null ? await GiveBackAsync(graceToken).ConfigureAwait(false) : await EndAsync(command, graceToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (ClusterFailures.IsTransient(exception))
        {
            LogUnanswered(task, stage, _lease.Token, exception.Message);
            return StageEnd.Abandoned;
        }
    }

    /// <summary>Lets the stage work, under reports that renew the lease. What to tell the task when it has ended; null when it had to stop.</summary>
    private async Task<TaskCommand?> WorkAsync(CancellationToken stoppingToken)
    {
        using var held = new HeldLease(_options.LeaseDuration, askedAt, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, held.Over);
        await using var over = held.Over.Register(OnLeaseOver).ConfigureAwait(false);
        var working = DoAsync(stop.Token);
        Work = working;
        var reporting = KeepReportingAsync(held, stop);
        try
        {
            await working.WaitAsync(stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await WaitForInterruptedAsync(working, stoppingToken).ConfigureAwait(false);
        }

        await stop.CancelAsync().ConfigureAwait(false);
        await reporting.ConfigureAwait(false);
        return working.IsCompleted ? await working.ConfigureAwait(false) : null;
    }

    /// <summary>Gives a stage that was told to stop time to end; a worker that stops itself has little of it.</summary>
    private async Task WaitForInterruptedAsync(Task working, CancellationToken stoppingToken)
    {
        if (!stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAny(working, Task.Delay(_options.LeaseDuration / 3, _time, stoppingToken)).ConfigureAwait(false);
        }

        if (stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAny(working, Task.Delay(StopPatience, _time, CancellationToken.None)).ConfigureAwait(false);
        }
    }

    /// <summary>What to tell the task in the end; null when the work was interrupted, or not begun.</summary>
    private async Task<TaskCommand?> DoAsync(CancellationToken cancellationToken)
    {
        // A stage's code may compute for long before it first waits; it must not hold up the reports.
        await Task.Yield();
        try
        {
            var work = new StageWork(bench, task, stage, start, _progress);
            if (await work.RunAsync(cancellationToken).ConfigureAwait(false) is not { } result)
            {
                return null;
            }

            return new CompleteStage(stage, _lease.Token)
            {
                Artifacts = result.Artifacts,
                FanOut = result.FanOut,
                Warnings = result.Warnings,
                TaskResult = result.TaskResult,
                ReusedFrom = work.ReusedFrom,
            };
        }
#pragma warning disable CA1031 // Whatever a stage throws is how its attempt ended.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (cancellationToken.IsCancellationRequested)
            {
                return null;
            }

            if (await LackBehindAsync(exception, cancellationToken).ConfigureAwait(false) is { } lack)
            {
                LogHandedBack(task, stage, _lease.Token, lack);
                return new ReleaseStage(stage, _lease.Token) { Reason = lack };
            }

            if (cancellationToken.IsCancellationRequested)
            {
                return null;
            }

            var failure = StageFailure.ToCommand(exception, stage, _lease.Token);
            LogFailed(task, stage, _lease.Token, failure.Code, failure.Code == StageFailure.Unexpected ? exception : null);
            return failure;
        }
    }

    /// <summary>What this worker lacks, where that is behind the failure; null when the failure is the stage's.</summary>
    private async Task<string?> LackBehindAsync(Exception exception, CancellationToken cancellationToken)
    {
        if (exception is WorkerLackException)
        {
            bench.Needs.StandAside(exception.Message);
            return exception.Message;
        }

        if (_options.HasPeers && exception is StageFailedException { IsLackOfWorker: true })
        {
            return exception.Message;
        }

        try
        {
            return _options.HasPeers ? await bench.Needs.FindLackAsync(stage.Kind, cancellationToken).ConfigureAwait(false) : null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private async Task<StageEnd> EndAsync(TaskCommand command, CancellationToken graceToken)
    {
        command = WithLastWord(command);
        command = command is CompleteStage whole ? whole with { Taker = taker() } : command;
        var endedAt = _time.GetTimestamp();
        var reply = await _tasks.ExecuteAsync(task, command, graceToken).ConfigureAwait(false);
        if (reply.Reason == RefusalReason.OperationExpired)
        {
            // Whether the first one took effect is forgotten; the lease's token makes a second one harmless.
            endedAt = _time.GetTimestamp();
            reply = await _tasks.ExecuteAsync(task, command, graceToken).ConfigureAwait(false);
        }

        var isRefused = reply is { IsRefused: true, Reason: RefusalReason.InvalidInput or RefusalReason.InvalidState or RefusalReason.Conflict };
        if (isRefused && command is CompleteStage)
        {
            // The task does not take what the stage made; that must be seen, not tried for ever.
            command = WithLastWord(new FailStage(stage, _lease.Token, $"The task refused its result: {reply.Message}", "result.refused"));
            reply = await _tasks.ExecuteAsync(task, command, graceToken).ConfigureAwait(false);
        }

        Next = reply is { Lease: not null, Brief: not null } ? new BegunStage(reply, endedAt) : null;
        return reply.Outcome != CommandOutcome.Applied ? StageEnd.Abandoned : command switch
        {
            CompleteStage => StageEnd.Completed,
            ReleaseStage => StageEnd.HandedBack,
            _ => StageEnd.Failed,
        };
    }

    /// <summary>
    /// The end of the attempt together with what the stage said last. That goes along even where it was reported: the report may still be on its way, or in the
    /// memory of a silo that dies.
    /// </summary>
    private TaskCommand WithLastWord(TaskCommand end) => (end, _progress.Last) switch
    {
        (CompleteStage complete, { } last) => complete with { LastProgress = last },
        (FailStage fail, { } last) => fail with { LastProgress = last },
        _ => end,
    };

    private async Task<StageEnd> GiveBackAsync(CancellationToken graceToken)
    {
        if (_directive == WorkerDirective.Cancel)
        {
            return StageEnd.Abandoned;
        }

        var reply = await _tasks.ExecuteAsync(task, new ReleaseStage(stage, _lease.Token), graceToken).ConfigureAwait(false);
        return reply.Outcome == CommandOutcome.Applied ? StageEnd.Released : StageEnd.Abandoned;
    }

    /// <summary>From here on the stage may be another's, whatever the task says when it is heard of again.</summary>
    private void OnLeaseOver()
    {
        LogLeaseOver(task, stage, _lease.Token);
        _directive = WorkerDirective.Cancel;
    }

    private async Task KeepReportingAsync(HeldLease held, CancellationTokenSource stop)
    {
        while (_directive == WorkerDirective.Continue)
        {
            await _progress.WaitForNewsAsync(_options.HeartbeatInterval, _time, stop.Token).ConfigureAwait(false);
            if (stop.IsCancellationRequested || Work.IsCompleted)
            {
                // The last word goes along with the end.
                return;
            }

            var sentAt = _time.GetTimestamp();
            if (await TryReportAsync(stop.Token).ConfigureAwait(false) is { } reply)
            {
                if (!reply.IsRefused)
                {
                    held.Renew(sentAt);
                }

                _directive = reply.Reason is RefusalReason.LeaseLost or RefusalReason.NotFound ? WorkerDirective.Cancel : reply.Directive;
            }

            var pause = _directive == WorkerDirective.Continue ? ReportInterval : TimeSpan.Zero;
            await Task.Delay(pause, _time, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested)
            {
                return;
            }
        }

        await stop.CancelAsync().ConfigureAwait(false);
    }

    /// <summary>Null when it was not answered, be it that the attempt ended meanwhile.</summary>
    private async Task<TaskReply?> TryReportAsync(CancellationToken stop)
    {
        try
        {
            return await _tasks.TryExecuteAsync(task, NextReport(), _options.LeaseDuration / 6, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
    }

    private ReportProgress NextReport()
    {
        var (fraction, message, sequence) = _progress.Take();
        return new ReportProgress(stage, _lease.Token, fraction, message) { Sequence = sequence, ExtendLease = _options.LeaseDuration };
    }

    [LoggerMessage(10, LogLevel.Warning, "Task {Task}: stage {Stage} under token {Token} failed ({Code}).")]
    private partial void LogFailed(TaskId task, StageName stage, long token, string? code, Exception? exception);

    [LoggerMessage(21, LogLevel.Debug, "Task {Task}: stage {Stage} under token {Token} is handed back: {Lack}")]
    private partial void LogHandedBack(TaskId task, StageName stage, long token, string lack);

    [LoggerMessage(
        11,
        LogLevel.Warning,
        "Task {Task}: nobody heard how stage {Stage} under token {Token} ended ({Problem}); the task gives it out again when the lease is over.")]
    private partial void LogUnanswered(TaskId task, StageName stage, long token, string problem);

    [LoggerMessage(
        12,
        LogLevel.Warning,
        "Task {Task}: no report of stage {Stage} under token {Token} was answered while its lease was safe; it stops before another may begin.")]
    private partial void LogLeaseOver(TaskId task, StageName stage, long token);
}
