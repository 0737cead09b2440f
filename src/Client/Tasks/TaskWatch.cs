using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Client.Tasks;

/// <summary>One watcher of one task: an enumeration in the task's silo, taken up again from the last seen version whenever it breaks.</summary>
internal sealed partial class TaskWatch(PipelineClient tasks, ITaskStateGrain grain, TaskId task, TimeProvider time, ILogger logger)
{
    /// <summary>
    /// An enumeration does not notice that its silo died for half a minute or longer. After so much silence the task is asked whether it moved on without us.
    /// </summary>
    private static readonly TimeSpan MaxSilence = TimeSpan.FromSeconds(5);

    private bool _isInterrupted;

    /// <summary>Hears what interrupted the watching, and null when the task is read again.</summary>
    public Action<Exception?>? Heard { get; init; }

    public async IAsyncEnumerable<TaskSnapshot> RunAsync(long afterVersion, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = afterVersion;
        for (var attempt = 1; ; attempt++)
        {
            await using var versions = new Enumeration(grain, seen, cancellationToken);
            while (true)
            {
                TaskSnapshot? news;
                try
                {
                    if (await versions.MoveNextAsync(MaxSilence, time, cancellationToken).ConfigureAwait(false) is { } moved)
                    {
                        if (!moved)
                        {
                            yield break;
                        }

                        news = versions.Current;
                    }
                    else if ((news = await tasks.ReadAsync(task, cancellationToken).ConfigureAwait(false)) is null)
                    {
                        yield break;
                    }
                }
                catch (Exception exception) when (ClusterFailures.IsTransient(exception) && !cancellationToken.IsCancellationRequested)
                {
                    LogInterrupted(task, exception.Message);
                    Heard?.Invoke(exception);
                    _isInterrupted = true;
                    break;
                }

                if (_isInterrupted)
                {
                    Heard?.Invoke(null);
                    _isInterrupted = false;
                }

                if (news.Version <= seen)
                {
                    continue;
                }

                seen = news.Version;
                attempt = 1;
                yield return news;
                if (versions.IsSilent)
                {
                    LogInterrupted(task, "it missed a version");
                    break;
                }
            }

            await PipelineClient.Retries.WaitAsync(attempt, tasks.Random, time, cancellationToken).ConfigureAwait(false);
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "Task {Task}: watching was interrupted ({Problem}) and goes on.")]
    private partial void LogInterrupted(TaskId task, string problem);

    /// <summary>An enumeration that can be left behind while it waits.</summary>
    private sealed class Enumeration : IAsyncDisposable
    {
        private readonly CancellationTokenSource _end;
        private readonly IAsyncEnumerator<TaskSnapshot> _versions;
        private Task<bool>? _step;

        public Enumeration(ITaskStateGrain grain, long afterVersion, CancellationToken cancellationToken)
        {
            _end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            _versions = grain.WatchAsync(afterVersion, _end.Token).GetAsyncEnumerator(_end.Token);
        }

        public TaskSnapshot Current => _versions.Current;

        /// <summary>True after a step that has not answered in time.</summary>
        public bool IsSilent => _step is not null;

        /// <summary>Whether there is another element; null when that is not known after so long. Asking again goes on waiting.</summary>
        public async Task<bool?> MoveNextAsync(TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
        {
            var step = _step ??= _versions.MoveNextAsync().AsTask();
            try
            {
                var moved = await step.WaitAsync(patience, time, cancellationToken).ConfigureAwait(false);
                _step = null;
                return moved;
            }
            catch (TimeoutException) when (!step.IsFaulted)
            {
                return null;
            }
        }

        /// <summary>Returns at once: taking leave of a silo that is dead takes as long as noticing it.</summary>
        public ValueTask DisposeAsync()
        {
            _ = LeaveAsync();
            return ValueTask.CompletedTask;
        }

        private async Task LeaveAsync()
        {
            await _end.CancelAsync().ConfigureAwait(false);
            await ((Task?)_step ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _versions.DisposeAsync().AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _end.Dispose();
        }
    }
}
