using VideoGen.Cli.Hosting;
using VideoGen.Cli.Rehearsal.Records;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Settings;

namespace VideoGen.Cli.Rehearsal.Loads;

/// <summary>Everything that works with the cluster while it is struck. Two clients, so that not all see it through the same gateway.</summary>
internal sealed class LoadRun : IAsyncDisposable
{
    /// <summary>How long work may stand still after a blow.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly RemoteCluster _first;
    private readonly RemoteCluster _second;
    private readonly Recorder _recorder;
    private readonly CancellationTokenSource _ending = new();
    private readonly CancellationTokenSource _patience = new();
    private readonly MarkWriter[] _writers;
    private readonly Task _running;

    private LoadRun(RemoteCluster first, RemoteCluster second, RehearsedPipeline pipeline, Recorder recorder, int seed)
    {
        (_first, _second, _recorder) = (first, second, recorder);
        var tasks = new MarkedTasks();
        _writers = [new MarkWriter("a", first, tasks, recorder), new MarkWriter("b", second, tasks, recorder)];
        _running = Task.WhenAll(
        [
            .. _writers.Select(writer => writer.RunAsync(_ending.Token, _patience.Token)),
            new MarkReader("r", first, tasks, recorder).RunAsync(_ending.Token),
            new MarkReader("s", second, tasks, recorder).RunAsync(_ending.Token),
            new ShuffledReporter(second, recorder, new Random(seed)).RunAsync(_ending.Token, _patience.Token),
            new BoundBreaker(first, recorder).RunAsync(_ending.Token, _patience.Token),
            new PipelineLoad(first, pipeline, recorder, new Random(seed)).RunAsync(_ending.Token, _patience.Token),
        ]);
    }

    public static async Task<LoadRun> StartAsync(
        ClusterAddress address, RehearsedPipeline pipeline, Recorder recorder, int seed, CancellationToken cancellationToken)
    {
        var first = await RemoteCluster.ConnectAsync(address, cancellationToken, mayBeStarting: true);
        var second = await RemoteCluster.ConnectAsync(address, cancellationToken, mayBeStarting: true);
        foreach (var limit in pipeline.LimitNames)
        {
            var most = pipeline.Task.Pipeline!.Stages.SelectMany(stage => stage.Limits ?? []).Where(used => used.Name == limit).Max(used => used.Weight);
            await first.Grains.GetGrain<IClusterSettingsGrain>(0).SetLimitAsync(new LimitDefinition(limit) { MaxConcurrent = most + 1 });
        }

        return new LoadRun(first, second, pipeline, recorder, seed);
    }

    /// <summary>
    /// From now on every writer is acknowledged an update of every task, and a stage completes. False when that is not so within <see cref="Bound"/>.
    /// </summary>
    public async Task<bool> GoesOnAsync(CancellationToken cancellationToken)
    {
        var completions = _recorder.Completions + 1;
        return await AcknowledgesAsync(() => _recorder.Completions >= completions || _recorder.Ended == _recorder.Submitted, cancellationToken);
    }

    /// <inheritdoc cref="GoesOnAsync"/>
    /// <remarks>Whatever stages do.</remarks>
    public Task<bool> AcknowledgesAsync(CancellationToken cancellationToken) => AcknowledgesAsync(() => true, cancellationToken);

    /// <summary>Begins nothing more, and waits until everything is finished that was begun.</summary>
    public async Task EndAsync(TimeSpan patience)
    {
        _patience.CancelAfter(patience);
        await _ending.CancelAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _patience.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _first.DisposeAsync();
        await _second.DisposeAsync();
        _ending.Dispose();
        _patience.Dispose();
    }

    private async Task<bool> AcknowledgesAsync(Func<bool> completes, CancellationToken cancellationToken)
    {
        var began = _recorder.Now;
        var updates = _writers.Select(writer => writer.Acknowledged + MarkedTasks.Count + 1).ToArray();
        while (_writers.Where((writer, i) => writer.Acknowledged < updates[i]).Any() || !completes())
        {
            if (_running.IsFaulted)
            {
                await _running;
            }

            if (_recorder.Now - began > Bound)
            {
                return false;
            }

            await Task.Delay(Interval, cancellationToken);
        }

        return true;
    }
}
