using VideoGen.Cluster.Tests.Processes;

namespace VideoGen.Cluster.Tests.Faults.Storm;

/// <summary>Silos behind relays, and workers, each of which may be killed, stopped or cut off and is replaced at once.</summary>
internal sealed class StormCluster : IAsyncDisposable
{
    public const int Silos = 2;
    public const int Workers = 3;

    /// <summary>Leases of these workers last two seconds.</summary>
    private const int StagesAtATime = 3;

    private readonly UpdatedCluster _cluster;
    private readonly TemporaryFolder _folder = new();
    private readonly List<Member> _silos = [];
    private readonly List<ToolProcess> _workers = [];
    private readonly List<ToolProcess> _formerWorkers = [];

    private StormCluster(UpdatedCluster cluster)
    {
        _cluster = cluster;
    }

    public UpdatedCluster Updates => _cluster;

    public string Artifacts => _folder.File("artifacts");

    public string Database => Path.Combine(_cluster.DataFolder, "tasks.db");

    /// <summary>Every line that a worker said, those of killed ones too.</summary>
    public IEnumerable<string> WorkerLines => _formerWorkers.Concat(_workers).SelectMany(worker => worker.Output.Split('\n'));

    public static async Task<StormCluster> StartAsync(TimeSpan paceOfUpdates)
    {
        var storm = new StormCluster(await UpdatedCluster.StartAsync());
        try
        {
            await Task.WhenAll(Enumerable.Range(0, Silos).Select(_ => storm.AddSiloAsync()));
            for (var i = 0; i < Workers; i++)
            {
                storm._workers.Add(storm.NewWorker());
            }

            await storm._cluster.StartUpdatersAsync(paceOfUpdates, "a", "b");
            return storm;
        }
        catch
        {
            await storm.DisposeAsync();
            throw;
        }
    }

    public void KillWorker(int index)
    {
        var killed = _workers[index];
        _formerWorkers.Add(killed);
        _workers[index] = NewWorker();
        killed.Kill();
    }

    public async Task StopWorkerAsync(int index, TimeSpan time)
    {
        await _workers[index].SignalAsync("STOP");
        await Task.Delay(time);
        await _workers[index].SignalAsync("CONT");
    }

    public async Task StopUpdaterAsync(int index, TimeSpan time)
    {
        await _cluster.Updater(index).SignalAsync("STOP");
        await Task.Delay(time);
        await _cluster.Updater(index).SignalAsync("CONT");
    }

    /// <summary>Another one starts when the work goes on without it.</summary>
    public async Task KillSiloAsync(int index)
    {
        var killed = _silos[index];
        _silos.RemoveAt(index);
        await killed.Process.KillAsync();
        await _cluster.GoesOnAsync();
        await AddSiloAsync();
        await killed.DisposeAsync();
    }

    /// <summary>Stands still for so short a time that it stays in the cluster.</summary>
    public async Task StopSiloAsync(int index, TimeSpan time)
    {
        await _silos[index].Process.SignalAsync("STOP");
        await Task.Delay(time);
        await _silos[index].Process.SignalAsync("CONT");
        await _cluster.GoesOnAsync();
    }

    /// <summary>
    /// Sleeps past its death, and leaves when it wakes. Until then nothing may go on: it may hold the lock of the database, which SQLite's processes share.
    /// </summary>
    public async Task StopSiloForGoodAsync(int index)
    {
        var stopped = _silos[index];
        _silos.RemoveAt(index);
        await stopped.Process.SignalAsync("STOP");
        await _cluster.UntilActiveAsync(_silos.Count);
        await stopped.Process.SignalAsync("CONT");
        await _cluster.GoesOnAsync();
        await AddSiloAsync();
        await stopped.DisposeAsync();
    }

    /// <summary>Clients and workers lose the way to one silo, which lives on.</summary>
    public Task CutGatewayAsync(int index, TimeSpan time) => CutAsync(_silos[index].ToGateway, time);

    /// <summary>The other silo loses the way to this one.</summary>
    public Task CutSiloAsync(int index, TimeSpan time) => CutAsync(_silos[index].ToSilo, time);

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers.Concat(_formerWorkers))
        {
            await worker.DisposeAsync();
        }

        await _cluster.DisposeAsync();
        foreach (var silo in _silos)
        {
            await silo.DisposeAsync();
        }

        _folder.Dispose();
    }

    private async Task CutAsync(TcpRelay relay, TimeSpan time)
    {
        relay.Cut();
        await Task.Delay(time);
        relay.Mend();
        await _cluster.GoesOnAsync();
    }

    private async Task AddSiloAsync()
    {
        var (siloPort, gatewayPort) = (Ports.Free(), Ports.Free());
        var (toSilo, toGateway) = (new TcpRelay(siloPort), new TcpRelay(gatewayPort));
        var listening = new Dictionary<string, string>
        {
            ["Orleans__Endpoints__SiloListeningEndpoint"] = $"127.0.0.1:{siloPort}",
            ["Orleans__Endpoints__GatewayListeningEndpoint"] = $"127.0.0.1:{gatewayPort}",
        };
        var process = await _cluster.StartSiloAsync(listening, toSilo.Port, toGateway.Port);
        _silos.Add(new Member(process, toSilo, toGateway));
    }

    private ToolProcess NewWorker()
    {
        var name = $"worker-{_formerWorkers.Count + _workers.Count}";
        return new("dotnet", [typeof(StormCluster).Assembly.Location, "work", _cluster.Redis.Address, name, _folder.Path, $"{StagesAtATime}"]);
    }

    private sealed record Member(ToolProcess Process, TcpRelay ToSilo, TcpRelay ToGateway) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Process.DisposeAsync();
            await ToSilo.DisposeAsync();
            await ToGateway.DisposeAsync();
        }
    }
}
