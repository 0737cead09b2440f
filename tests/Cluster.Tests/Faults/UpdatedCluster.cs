using VideoGen.Cli.Rehearsal.Clusters;
using VideoGen.Cluster.Tests.Processes;
using VideoGen.Storage.JsonFiles;

namespace VideoGen.Cluster.Tests.Faults;

/// <summary>
/// Real silos, and processes that update a few tasks all the time. Whatever happens to the silos meanwhile: in the end each acknowledged update is there, each
/// once, and no version is missing or doubled (T1 to T3).
/// </summary>
internal sealed class UpdatedCluster : IAsyncDisposable
{
    /// <summary>So many that every silo holds some of them.</summary>
    private const int TaskCount = 8;

    private static readonly string[] TaskIds = [.. Enumerable.Range(0, TaskCount).Select(i => $"shared-{i}")];

    private readonly TemporaryFolder _folder = new();
    private readonly VideoGenCommand _videogen;
    private readonly string _patience;
    private readonly List<ToolProcess> _silos = [];
    private readonly List<ToolProcess> _updaters = [];

    private UpdatedCluster(RedisServer redis, IReadOnlyDictionary<string, string>? store, string patience)
    {
        _patience = patience;
        Redis = redis;
        _videogen = new VideoGenCommand(_folder.File("data"), store);
    }

    public RedisServer Redis { get; }

    private string End => _folder.File("end");

    /// <param name="store">Settings of the store; SQLite in a folder of this cluster when they are not given.</param>
    /// <param name="hasPatientUpdaters">
    /// Whether they go on over an outage longer than the minute for which a call is usually tried: where nobody is there to answer, it lasts for as long as the
    /// machine needs to start another silo. It is no where a silo is there all the time, for then no call may fail.
    /// </param>
    public static async Task<UpdatedCluster> StartAsync(IReadOnlyDictionary<string, string>? store = null, bool hasPatientUpdaters = true)
    {
        var cluster = new UpdatedCluster(await RedisServer.StartAsync(), store, hasPatientUpdaters ? UpdaterProgram.Patient : "");
        try
        {
            await cluster.ImportTasksAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <param name="settings">Of this silo alone.</param>
    /// <param name="siloPort">Under which other silos reach it; 0 for a free one.</param>
    /// <param name="gatewayPort">Under which clients reach it; 0 for a free one.</param>
    public Task<ToolProcess> StartSiloAsync(IReadOnlyDictionary<string, string>? settings = null, int siloPort = 0, int gatewayPort = 0) =>
        SiloStart.UntilUpAsync(() => BeginSilo(settings, siloPort, gatewayPort));

    /// <summary>A silo that need not come up.</summary>
    public ToolProcess BeginSilo(IReadOnlyDictionary<string, string>? settings = null, int siloPort = 0, int gatewayPort = 0)
    {
        var silo = _videogen.Start(
            ["silo", "--redis", Redis.Address, "--fast-membership", "--silo-port", $"{siloPort}", "--gateway-port", $"{gatewayPort}"],
            settings: settings);
        _silos.Add(silo);
        return silo;
    }

    /// <param name="names">One for each.</param>
    public async Task StartUpdatersAsync(params string[] names)
    {
        _updaters.AddRange(names.Select(name => new ToolProcess(
            "dotnet",
            [typeof(UpdatedCluster).Assembly.Location, "update", Redis.Address, name, End, _patience, .. TaskIds])));
        await GoesOnAsync();
    }

    /// <summary>From now on every updater gets an acknowledgement of every task.</summary>
    public Task GoesOnAsync() => Task.WhenAll(
        _updaters.Select(updater => updater.WaitForCountAsync("acknowledged", updater.CountOf("acknowledged") + TaskCount + 1)));

    /// <summary>What each silo and each updater said last.</summary>
    public string LastWords => string.Join(
        "\n----\n", _silos.Concat(_updaters).Select(process => process.Output[Math.Max(0, process.Output.Length - 2_000)..]));

    /// <summary>So many silos are in the list in which clients and new silos look for them.</summary>
    public async Task UntilActiveAsync(int silos)
    {
        using var patience = new CancellationTokenSource(ToolProcess.Patience);
        while ((await Redis.ReadMembersAsync()).Count(row => row.Contains("\"Status\":3", StringComparison.Ordinal)) != silos)
        {
            await Task.Delay(100, patience.Token);
        }
    }

    /// <summary>None of them may have failed.</summary>
    public async Task EndUpdatersAsync()
    {
        await File.WriteAllTextAsync(End, "");
        foreach (var updater in _updaters)
        {
            Assert.True(await updater.WaitForExitAsync() == 0, updater.Output);
        }
    }

    /// <summary>Ends the updaters, and compares what is stored with what they were acknowledged.</summary>
    public async Task AssertNothingIsLostOrDoubledAsync()
    {
        await EndUpdatersAsync();
        var acknowledged = _updaters
            .SelectMany(updater => updater.Output.Split('\n'))
            .Select(line => line.Split(' '))
            .Where(parts => parts is ["acknowledged", _, _])
            .ToLookup(parts => parts[1], parts => parts[2].TrimEnd(';'));
        var (exported, report) = await _videogen.RunAsync("export", _folder.File("states"));
        Assert.True(exported == 0, report);
        foreach (var task in TaskIds)
        {
            var state = SeedStateFile.Parse(await File.ReadAllBytesAsync(_folder.File($"states/{task}.json")));
            var marks = UpdaterProgram.MarksOf(state).Split(';', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(acknowledged[task].Order(), marks.Order());
            Assert.Equal(1 + marks.Length, state.Version);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _updaters.Concat(_silos))
        {
            await process.DisposeAsync();
        }

        await Redis.DisposeAsync();
        _folder.Dispose();
    }

    private async Task ImportTasksAsync()
    {
        Directory.CreateDirectory(_folder.File("seed"));
        foreach (var task in TaskIds)
        {
            await File.WriteAllTextAsync(_folder.File($"seed/{task}.json"), NewTask(task));
        }

        var (imported, report) = await _videogen.RunAsync("import", _folder.File("seed"));
        Assert.True(imported == 0, report);
    }

    private static string NewTask(string id) => $$"""
        {
          "task_id": "{{id}}", "input_config": {}, "status": "running", "current_stage": null, "overall_progress": 0.0, "stages": {},
          "created_at": "2026-01-01T12:00:00", "started_at": null, "completed_at": null,
          "result": null, "errors": [], "warnings": [], "metadata": {}, "version": 3
        }
        """;
}
