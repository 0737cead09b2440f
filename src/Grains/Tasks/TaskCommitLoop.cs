using VideoGen.Grains.Diagnostics;

namespace VideoGen.Grains.Tasks;

/// <summary>
/// The heart: takes the commands that wait, folds them over the last durable document, writes the result once under the ETag that was last read, and
/// only then tells anybody.
/// <list type="number">
/// <item>One write is in flight for a task, never two; what arrives meanwhile is the next batch.</item>
/// <item>Nobody sees a state before it is durable (T4), and nobody is answered before it is (T1).</item>
/// <item>Anything but a clean success is unknown until the record was read back: the stamp tells our own write from another's (T2).</item>
/// <item>On another writer's document, commands that it holds already are answered, and the others are decided anew (T2, T5).</item>
/// </list>
/// It runs on one scheduler: the turns of a grain, or those of a simulation.
/// </summary>
internal sealed class TaskCommitLoop
{
    private readonly string _taskId;
    private readonly ITaskRecord _record;
    private readonly Guid _writer;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly CommitOptions _options;
    private readonly VideoGenDiagnostics _diagnostics;
    private readonly Queue<PendingCommand> _waiting = [];
    private readonly BufferedProgress _buffered = new();
    private TaskDocument? _durable;
    private string? _etag;
    private long _sequence;
    private DateTimeOffset _lastWrite;
    private bool _flushScheduled;
    private bool _flushDue;
    private Task _running = Task.CompletedTask;
    private Task? _loading;

    public TaskCommitLoop(string taskId, ITaskRecord record, Guid writer, TimeProvider time, Random random, CommitOptions options, VideoGenDiagnostics diagnostics)
    {
        _taskId = taskId;
        _record = record;
        _writer = writer;
        _time = time;
        _random = random;
        _options = options;
        _diagnostics = diagnostics;
    }

    /// <summary>Called with each newly durable document, before the answers go out.</summary>
    public Action<TaskSnapshot?>? Published { get; set; }

    /// <summary>Called when another activation wrote the record: this one is a duplicate and should stand down once it has answered.</summary>
    public Action? Superseded { get; set; }

    /// <summary>The last durable state (T4); null when there is no task. Load before the first use.</summary>
    public TaskState? State => _durable?.State;

    /// <summary>The last durable state as it was written; null when there is no task.</summary>
    public TaskSnapshot? Snapshot { get; private set; }

    /// <summary>Reads the record, unless the last durable document is at hand. Whoever asks meanwhile waits for the same read.</summary>
    public async Task LoadAsync()
    {
        while (_durable is null)
        {
            await (_loading ??= ReadRecordAsync());
        }
    }

    /// <summary>Answers when the command's effect is durable, or when there is none.</summary>
    public async Task<TaskReply> SubmitAsync(OperationId operation, TaskCommand command)
    {
        await LoadAsync();
        if (command is ReportProgress { Durable: false } report)
        {
            return Buffer(report);
        }

        if (_waiting.Count >= Limits.MaxWaitingCommands)
        {
            return TaskReply.Refused(RefusalReason.Busy, $"{_waiting.Count} commands wait for task {_taskId} already; try again later.");
        }

        var pending = new PendingCommand(operation, command);
        _waiting.Enqueue(pending);
        Run();
        return await pending.Answer;
    }

    /// <summary>Writes what is buffered and answers what waits; for a graceful end.</summary>
    public async Task DrainAsync()
    {
        Flush();
        await _running;
    }

    /// <summary>Joins progress into memory. Whether the reporter may go on is judged by the durable state.</summary>
    private TaskReply Buffer(ReportProgress report)
    {
        var decision = TaskTransitions.Decide(State, report, new DecisionContext(_time.GetUtcNow(), _durable!.Commit.HighestToken));
        var version = _durable.Commit.Version;
        switch (decision)
        {
            case TaskDecision.Refused refused:
                return TaskReply.Refused(refused.Reason, refused.Why, version) with { Directive = WorkerDirective.Cancel };
            case TaskDecision.Unchanged unchanged:
                return new TaskReply { Outcome = CommandOutcome.Unchanged, Version = version, Message = unchanged.Why, Directive = TaskFold.Directive(State, report) };
            default:
                _buffered.Add(report);
                _ = FlushLaterAsync();
                return new TaskReply { Outcome = CommandOutcome.Buffered, Version = version, Directive = TaskFold.Directive(State, report) };
        }
    }

    private async Task FlushLaterAsync()
    {
        if (_flushScheduled)
        {
            return;
        }

        _flushScheduled = true;
        var due = _lastWrite + _options.ProgressInterval - _time.GetUtcNow();
        await Task.Delay(due > TimeSpan.Zero ? due : _options.ProgressInterval / 10, _time);
        _flushScheduled = false;
        Flush();
    }

    private void Flush()
    {
        _flushDue = !_buffered.IsEmpty;
        Run();
    }

    private void Run()
    {
        if (_running.IsCompleted)
        {
            _running = RunAsync();
        }
    }

    private async Task RunAsync()
    {
        while (_waiting.Count > 0 || _flushDue)
        {
            _flushDue = false;
            var batch = new List<PendingCommand>(Math.Min(_waiting.Count, Limits.MaxBatch));
            while (batch.Count < Limits.MaxBatch && _waiting.TryDequeue(out var pending))
            {
                batch.Add(pending);
            }

            await CommitAsync(batch, _buffered.Take());
        }
    }

    /// <summary>Brings one batch to its end: every command of it is answered when this returns.</summary>
    private async Task CommitAsync(List<PendingCommand> batch, IReadOnlyList<ReportProgress> progress)
    {
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                await LoadAsync();
                var fold = Fold(batch, progress);
                if (!fold.Changed)
                {
                    fold.Answer();
                    return;
                }

                var document = fold.ToDocument(_writer, ++_sequence);
                if (document.ToUtf8Json().Length > Limits.MaxDocumentBytes)
                {
                    await RefuseOversizeAsync(batch, progress.Count, document);
                    return;
                }

                if (await WriteAsync(document, batch, attempt))
                {
                    _diagnostics.Committed(_taskId, fold.Updates, batch.Count);
                    fold.Answer();
                    return;
                }

                if (attempt >= _options.MaxAttempts)
                {
                    throw new TaskConflictException($"Task {_taskId} was changed by others {attempt} times in a row; nothing of this update was stored. Try again.");
                }

                _diagnostics.DecidedAgain(_taskId, attempt);
                await BackOffAsync(attempt);
            }
        }
        catch (Exception exception) when (exception is TaskConflictException or TaskStorageException)
        {
            HoldBack(progress);
            batch.ForEach(pending => pending.Throw(exception));
        }
#pragma warning disable CA1031 // A bug in the loop must not leave callers waiting: it is theirs to see.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Forget();
            batch.ForEach(pending => pending.Throw(exception));
        }
    }

    private async Task ReadRecordAsync()
    {
        try
        {
            var (document, etag) = await _record.ReadAsync();
            Adopt(document, etag);
        }
        catch (Exception exception)
        {
            throw new TaskStorageException($"Task {_taskId} could not be read from storage: {exception.Message}", exception);
        }
        finally
        {
            _loading = null;
        }
    }

    private TaskFold Fold(List<PendingCommand> batch, IReadOnlyList<ReportProgress> progress)
    {
        var fold = new TaskFold(_durable!, _taskId, _time.GetUtcNow());
        fold.Join(progress);
        batch.ForEach(fold.Apply);
        return fold;
    }

    /// <summary>
    /// True when the document is durable. False when another writer's is, which is then the new base. The same bytes go out again under the same ETag
    /// as long as the record still stands where it stood: whichever of the two arrives first wins, and they are equal.
    /// </summary>
    /// <exception cref="TaskStorageException">The outcome could not be learned.</exception>
    private async Task<bool> WriteAsync(TaskDocument document, List<PendingCommand> batch, int firstAttempt)
    {
        for (var attempt = firstAttempt; ; attempt++)
        {
            Exception failure;
            try
            {
                var etag = await _record.WriteAsync(document, _etag);
                Publish(document, etag);
                return true;
            }
#pragma warning disable CA1031 // Any exception is an unknown outcome; reading back tells which.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failure = exception;
            }

            var (stored, storedETag) = await ReadBackAsync(failure);
            if (stored.Commit.Writer == _writer && stored.Commit.Sequence == document.Commit.Sequence)
            {
                _diagnostics.AmbiguousWriteResolved(_taskId, failure);
                Publish(document, storedETag!);
                return true;
            }

            if (storedETag != _etag)
            {
                _diagnostics.Conflicted(_taskId);
                if (stored.Commit.Writer != _writer)
                {
                    Superseded?.Invoke();
                }

                Publish(stored, storedETag);
                return false;
            }

            if (attempt >= _options.MaxAttempts)
            {
                Forget();
                throw new TaskStorageException(
                    $"Task {_taskId} could not be written in {attempt} attempts, and whether the last one will still take effect is unknown: {failure.Message} Send the same operation again.",
                    failure);
            }

            _diagnostics.WriteFailed(_taskId, attempt, batch.Count, failure);
            await BackOffAsync(attempt);
        }
    }

    private async Task<(TaskDocument Document, string? ETag)> ReadBackAsync(Exception failure)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await _record.ReadAsync();
            }
#pragma warning disable CA1031 // Reading is tried again; past the attempts the exception of the write is what the callers need to know.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                if (attempt >= _options.MaxAttempts)
                {
                    Forget();
                    throw new TaskStorageException(
                        $"Task {_taskId} could not be written ({failure.Message}) nor read back ({exception.Message}), so whether the update was stored is unknown. Send the same operation again.",
                        failure);
                }

                await BackOffAsync(attempt);
            }
        }
    }

    /// <summary>A document that is too large is not written at all. Alone, a command is refused; in a batch, each is tried alone so that the others commit.</summary>
    private async Task RefuseOversizeAsync(List<PendingCommand> batch, int reports, TaskDocument document)
    {
        if (batch.Count > 1)
        {
            foreach (var pending in batch)
            {
                await CommitAsync([pending], []);
            }

            return;
        }

        _diagnostics.OversizeRefused(_taskId, document.ToUtf8Json().Length, reports);
        batch.ForEach(pending => pending.Reply(TaskReply.Refused(
            RefusalReason.InvalidInput,
            $"Task {_taskId} would take {document.ToUtf8Json().Length} bytes; {Limits.MaxDocumentBytes} is the most.",
            _durable!.Commit.Version)));
    }

    private void Publish(TaskDocument document, string? etag)
    {
        _lastWrite = _time.GetUtcNow();
        Adopt(document, etag);
        Published?.Invoke(Snapshot);
    }

    private void Adopt(TaskDocument document, string? etag)
    {
        _durable = document;
        _etag = etag;
        Snapshot = document.State is null ? null : new TaskSnapshot(document.Commit.Version, etag!, document.StateJson, document.Commit.Writes);
    }

    /// <summary>Progress that could not be written waits for the next write.</summary>
    private void HoldBack(IReadOnlyList<ReportProgress> progress)
    {
        foreach (var report in progress)
        {
            _buffered.Add(report);
        }

        if (progress.Count > 0)
        {
            _ = FlushLaterAsync();
        }
    }

    /// <summary>What is durable is not known any more; the next use reads it.</summary>
    private void Forget()
    {
        _durable = null;
        _etag = null;
    }

    private Task BackOffAsync(int attempt)
    {
        var nominal = Math.Min(_options.MaxDelay.TotalMilliseconds, _options.FirstDelay.TotalMilliseconds * Math.Pow(2, attempt - 1));
        return Task.Delay(TimeSpan.FromMilliseconds(nominal * (0.5 + _random.NextDouble())), _time);
    }
}
