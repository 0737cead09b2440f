using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using VideoGen.Client.Stages;
using VideoGen.Files;
using VideoGen.Tasks;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Workers;

namespace VideoGen.Client.Workers;

/// <summary>
/// What this worker lacks, and which stages it therefore leaves to others: a worker that fails at once whatever it takes would take most of what there is.
/// A kind whose needs are not met is kept out until they are; they are looked at again and again, less and less often.
/// </summary>
/// <param name="stages">The code of stages, by kind.</param>
/// <param name="artifacts">Where stages put what they make.</param>
/// <param name="load">Told which kinds to take.</param>
/// <param name="random">Of the waits.</param>
/// <param name="time">By which waits and checks end.</param>
/// <param name="logger">The worker's.</param>
internal sealed partial class WorkerNeeds(
    ImmutableDictionary<string, IStage> stages, IArtifactStore artifacts, WorkerLoad load, Random random, TimeProvider time, ILogger logger)
{
    /// <summary>How long a check may take. One that does not end says nothing good of the worker.</summary>
    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(20);

    /// <summary>The waits before the needs of what is kept out are looked at again, and those of a worker that stands aside.</summary>
    private static readonly Backoff Waits = new(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(2));

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, string> _lacks = new(StringComparer.Ordinal);
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationToken _stopping;
    private string? _asideBecause;
    private int _asides;

    /// <summary>The folder of artifacts as it was found first; null for a store that has no identity, or was never reached.</summary>
    public ArtifactFolder? Folder { get; private set; }

    /// <summary>The kinds that are kept out, with what they lack.</summary>
    public ImmutableArray<KindLack> Lacks
    {
        get
        {
            lock (_lock)
            {
                return [.. _lacks.Take(WorkerReport.MaxEntries).Select(lack => new KindLack(lack.Key, lack.Value))];
            }
        }
    }

    /// <summary>What keeps the worker from doing some of its work, in sentences for a person.</summary>
    public ImmutableArray<string> Problems
    {
        get
        {
            lock (_lock)
            {
                var ofKinds = _lacks.GroupBy(lack => lack.Value, lack => lack.Key).Select(lack => $"Takes no {string.Join(", ", lack)}: {lack.Key}");
                return [.. ofKinds.Concat(_asideBecause is null ? [] : [$"Takes nothing for a while: {_asideBecause}"]).Select(Cut)];
            }
        }
    }

    /// <summary>Looks at everything. What is not there keeps its kinds out.</summary>
    public Task CheckAsync(CancellationToken cancellationToken) => Task.WhenAll(stages.Keys.Select(kind => CheckAsync(kind, cancellationToken)));

    /// <summary>What this worker lacks to do the kind, after it failed to; null when the failure is the stage's. The kind is kept out from then on.</summary>
    public async Task<string?> FindLackAsync(string kind, CancellationToken cancellationToken)
    {
        await CheckAsync(cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            return _lacks.GetValueOrDefault(kind);
        }
    }

    /// <summary>Takes nothing for a while, which grows each time until a stage is done: what is wrong has to do with all kinds.</summary>
    public void StandAside(string reason)
    {
        int times;
        lock (_lock)
        {
            if (_asideBecause is not null)
            {
                return;
            }

            _asideBecause = reason;
            times = ++_asides;
        }

        LogStandsAside(reason);
        load.Close();
        _ = ComeBackAsync(times);
    }

    /// <summary>A stage was done here, so whatever was wrong is over.</summary>
    public void NoteDone()
    {
        lock (_lock)
        {
            _asides = 0;
        }
    }

    /// <summary>Lets kinds in again whose needs are met. To be called before anything is taken.</summary>
    public async Task RunAsync(CancellationToken stoppingToken)
    {
        _stopping = stoppingToken;
        for (var round = 1; !stoppingToken.IsCancellationRequested; round++)
        {
            if (NewsOrNull() is { } news)
            {
                await news.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                round = 1;
            }

            await Waits.WaitAsync(round, random, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.WhenAll(Lacks.Select(lack => CheckAsync(lack.Kind, stoppingToken))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ComeBackAsync(int times)
    {
        await Waits.WaitAsync(times, random, time, _stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
        {
            _asideBecause = null;
        }

        load.Open();
    }

    /// <summary>Completes when a kind is kept out; null when one is.</summary>
    private Task? NewsOrNull()
    {
        lock (_lock)
        {
            if (_lacks.Count > 0)
            {
                return null;
            }

            _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _news.Task;
        }
    }

    private async Task CheckAsync(string kind, CancellationToken cancellationToken)
    {
        var lack = await LackOfAsync(kind, cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            if (_lacks.GetValueOrDefault(kind) == lack)
            {
                return;
            }

            if (lack is null)
            {
                _lacks.Remove(kind);
            }
            else
            {
                _lacks[kind] = lack;
                _news.TrySetResult();
            }
        }

        if (lack is null)
        {
            LogTakesAgain(kind);
            load.LetIn(kind);
        }
        else
        {
            LogLacks(kind, lack);
            load.KeepOut(kind);
        }
    }

    private async Task<string?> LackOfAsync(string kind, CancellationToken cancellationToken)
    {
        if (await LackOfStoreAsync(cancellationToken).ConfigureAwait(false) is { } noFolder)
        {
            return noFolder;
        }

        try
        {
            var problems = await stages[kind].CheckNeedsAsync(cancellationToken).WaitAsync(CheckTimeout, time, cancellationToken).ConfigureAwait(false);
            return problems.IsDefaultOrEmpty ? null : Cut(string.Join(' ', problems));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (TimeoutException)
        {
            return $"What it needs could not be looked at within {CheckTimeout.TotalSeconds:0} s.";
        }
#pragma warning disable CA1031 // The check is a stage author's code; what it throws is what is wrong.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Cut($"What it needs could not be looked at: {exception.Message}");
        }
    }

    private async Task<string?> LackOfStoreAsync(CancellationToken cancellationToken)
    {
        try
        {
            var found = await artifacts.IdentifyAsync(cancellationToken).WaitAsync(CheckTimeout, time, cancellationToken).ConfigureAwait(false);
            Folder ??= found;
            return found.Id == Folder.Id
                ? null
                : Cut($"The artifact folder {Folder.Path} is not the one that it was when this worker started. Has it been unmounted?");
        }
        catch (IOException exception)
        {
            return Cut($"The artifact folder cannot be used: {exception.Message}");
        }
        catch (TimeoutException)
        {
            return $"The artifact store did not answer within {CheckTimeout.TotalSeconds:0} s.";
        }
    }

    private static string Cut(string text) => text.Length > WorkerReport.MaxProblemLength ? text[..WorkerReport.MaxProblemLength] : text;

    [LoggerMessage(18, LogLevel.Warning, "This worker takes no {Kind} until that is mended: {Lack}")]
    private partial void LogLacks(string kind, string lack);

    [LoggerMessage(19, LogLevel.Information, "This worker takes {Kind} again.")]
    private partial void LogTakesAgain(string kind);

    [LoggerMessage(20, LogLevel.Warning, "This worker takes nothing for a while that grows each time: {Reason}")]
    private partial void LogStandsAside(string reason);
}
