using VideoGen.Cli.Hosting;
using VideoGen.Cli.Rehearsal.Processes;
using VideoGen.Silo.Hosting;

namespace VideoGen.Cli.Rehearsal.Clusters;

/// <summary>
/// Silos behind relays, workers and a Redis as processes on this machine, each of which may be killed, stopped or cut off. Who was killed is replaced by
/// <see cref="ReplaceAsync"/>.
/// </summary>
internal sealed class RehearsedCluster : IAsyncDisposable
{
    /// <summary>Of the disk of tasks, where it can be mounted. Only what is written takes memory.</summary>
    private const int DiskMebibytes = 512;

    private readonly ClusterPlan _plan;
    private readonly RedisServer _redis;
    private readonly Action<string, string>? _heard;
    private readonly List<SiloProcess> _silos = [];
    private readonly List<WorkerProcess> _workers = [];
    private readonly List<(string Name, ChildProcess Process)> _former = [];
    private FillableDisk? _disk;
    private int _names;

    private RehearsedCluster(ClusterPlan plan, RedisServer redis, Action<string, string>? heard)
    {
        _plan = plan;
        _redis = redis;
        _heard = heard;
    }

    public string Redis => _redis.Address;

    public ClusterAddress Address => new RedisAddress(_redis.Address, ClusterAddress.DefaultClusterId);

    public bool CanFillDisk => _disk is not null;

    public IReadOnlyList<SiloProcess> Silos => _silos;

    public IReadOnlyList<WorkerProcess> Workers => _workers;

    /// <param name="plan">Of whom it consists.</param>
    /// <param name="heard">Called with the name of a silo or worker and each line that it says.</param>
    /// <param name="cancellationToken">Ends the start, and whatever was started.</param>
    public static async Task<RehearsedCluster> StartAsync(
        ClusterPlan plan, Action<string, string>? heard = null, CancellationToken cancellationToken = default)
    {
        Directory.CreateDirectory(plan.Data);
        var cluster = new RehearsedCluster(plan, await RedisServer.StartAsync(), heard);
        try
        {
            cluster._disk = await FillableDisk.TryMountAsync(plan.Disk, DiskMebibytes);

            // The first one alone, since it makes the store.
            await SiloStart.UntilUpAsync(cluster.StartSilo).WaitAsync(cancellationToken);
            await cluster.ReplaceAsync().WaitAsync(cancellationToken);
            await Task.WhenAll(cluster._workers.Select(worker => worker.Process.WaitForLineAsync("is up"))).WaitAsync(cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public void Kill(WorkerProcess worker)
    {
        _workers.Remove(worker);
        _former.Add((worker.Name, worker.Process));
        worker.Process.Kill();
    }

    public async Task KillAsync(SiloProcess silo)
    {
        _silos.Remove(silo);
        _former.Add((silo.Name, silo.Process));
        await silo.Process.KillAsync();
        await silo.DisposeAsync();
    }

    /// <summary>As many as planned are there again, and the silos are up. A silo that went by itself is replaced as well.</summary>
    public async Task ReplaceAsync()
    {
        await ForgetTheGoneAsync();
        while (_workers.Count < _plan.Workers)
        {
            AddWorker();
        }

        await Task.WhenAll(Enumerable.Range(0, _plan.Silos - _silos.Count).Select(_ => SiloStart.UntilUpAsync(StartSilo)));

        // Who was declared dead while it came up has another in its place by now.
        await ForgetTheGoneAsync();
    }

    /// <summary>So many silos are in the list in which clients and new silos look for them.</summary>
    public async Task UntilActiveAsync(int silos)
    {
        using var patience = new CancellationTokenSource(ChildProcess.Patience);
        while ((await _redis.ReadMembersAsync()).Count(row => row.Contains("\"Status\":3", StringComparison.Ordinal)) != silos)
        {
            await Task.Delay(100, patience.Token);
        }
    }

    /// <summary>It comes back at once under its address, and remembers nothing.</summary>
    public async Task EmptyRedisAsync()
    {
        await _redis.KillAsync();
        await _redis.RestartAsync();
    }

    public void FillDisk() => _disk!.Fill();

    public void ClearDisk() => _disk!.Clear();

    /// <summary>Every silo and every worker dies at once; what is stored then is all that there is.</summary>
    public async Task KillAllAsync()
    {
        foreach (var worker in _workers.ToList())
        {
            Kill(worker);
        }

        foreach (var silo in _silos.ToList())
        {
            await KillAsync(silo);
        }
    }

    /// <summary>What every process said, in a file for each.</summary>
    public async Task WriteLogsAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        var silos = _silos.Select(silo => (silo.Name, silo.Process));
        var workers = _workers.Select(worker => (worker.Name, worker.Process));
        foreach (var (name, process) in _former.Concat(silos).Concat(workers))
        {
            await File.WriteAllTextAsync(Path.Combine(folder, $"{name}.log"), process.Output);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _silos)
        {
            await silo.DisposeAsync();
        }

        foreach (var process in _workers.Select(worker => worker.Process).Concat(_former.Select(former => former.Process)))
        {
            await process.DisposeAsync();
        }

        await _redis.DisposeAsync();
        if (_disk is { } disk)
        {
            await disk.DisposeAsync();
        }
    }

    private async Task ForgetTheGoneAsync()
    {
        foreach (var gone in _silos.Where(silo => silo.Process.HasExited).ToList())
        {
            await KillAsync(gone);
        }
    }

    private ChildProcess StartSilo()
    {
        var name = $"silo-{Interlocked.Increment(ref _names)}";
        var (siloPort, gatewayPort) = (FreePort.Take(), FreePort.Take());
        var (toSilo, toGateway, toRedis) = (new TcpRelay(siloPort), new TcpRelay(gatewayPort), new TcpRelay(_redis.Port));
        var process = VideoGenProgram.Start(
            [
                "silo", "--redis", $"127.0.0.1:{toRedis.Port}", "--fast-membership", "--data", _plan.Data,
                "--silo-port", $"{toSilo.Port}", "--gateway-port", $"{toGateway.Port}",
            ],
            new Dictionary<string, string>
            {
                ["DOTNET_gcServer"] = "0",
                ["Orleans__GrainStorage__tasks__ProviderType"] = "Sqlite",
                ["Orleans__GrainStorage__tasks__DatabasePath"] = _plan.Database,
                ["Orleans__Endpoints__SiloListeningEndpoint"] = $"127.0.0.1:{siloPort}",
                ["Orleans__Endpoints__GatewayListeningEndpoint"] = $"127.0.0.1:{gatewayPort}",
            },
            line => _heard?.Invoke(name, line));
        lock (_silos)
        {
            _silos.Add(new SiloProcess(name, process, toSilo, toGateway, toRedis));
        }

        return process;
    }

    private void AddWorker()
    {
        var name = $"worker-{Interlocked.Increment(ref _names)}";
        _workers.Add(new WorkerProcess(name, VideoGenProgram.Start(
            [.. _plan.WorkerArguments, "--redis", _redis.Address, "--name", name, "--data", _plan.Data],
            new Dictionary<string, string> { ["DOTNET_gcServer"] = "0" },
            line => _heard?.Invoke(name, line))));
    }
}
