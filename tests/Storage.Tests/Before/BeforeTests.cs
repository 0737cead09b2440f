using System.Text.Json;
using Azure.Data.Tables;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Storage;
using Orleans.TestingHost;
using VideoGen.Grains;
using VideoGen.Storage.JsonFiles;
using VideoGen.Storage.Tests.AzureTables;
using VideoGen.Storage.Tests.Running;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Stored;

namespace VideoGen.Storage.Tests.Before;

/// <summary>Stores that an earlier program made (README.md says which) are read, listed and written to as if this one had made them.</summary>
public sealed class BeforeTests(Azurite azurite)
{
    private static readonly string Here = Path.Combine(AppContext.BaseDirectory, "Before");

    private static readonly string[] Shown =
        ["task_id", "status", "pipeline", "progress", "current_stage", "created_at", "started_at", "completed_at", "updated_at", "workers", "version"];

    public static TheoryData<string> Stores => ["sqlite", "files", "azure"];

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task EveryTask_IsWhatTheFormerProgramExported(string kind)
    {
        using var folder = new TempFolder();
        using var reader = await TaskStoreReader.OpenAsync(await CopyAsync(kind, folder));
        var exported = Directory.GetFiles(Path.Combine(Here, kind, "export"));
        Assert.Equal(8, exported.Length);
        foreach (var file in exported)
        {
            var expected = await File.ReadAllTextAsync(file);
            using var json = JsonDocument.Parse(expected);
            var task = TaskId.Parse(json.RootElement.GetProperty("task_id").GetString());
            var snapshot = await reader.ReadAsync(task);
            Assert.Equal(expected, System.Text.Encoding.UTF8.GetString(SeedStateFile.Format(snapshot!.ToState())));
            Assert.Equal(json.RootElement.GetProperty("version").GetInt64(), snapshot.Version);
        }

        Assert.Null(await reader.ReadAsync(TaskId.Parse("deleted-4")));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Lists_AreThoseOfTheFormerProgram(string kind)
    {
        using var folder = new TempFolder();
        using var reader = await TaskStoreReader.OpenAsync(await CopyAsync(kind, folder));
        using var list = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Here, kind, "list.json")));
        var expected = list.RootElement.GetProperty("tasks").EnumerateArray().Select(Line).ToArray();

        var listed = await reader.Index.QueryAsync(new TaskQuery());

        Assert.Equal(8, expected.Length);
        Assert.Equal(expected, listed.Tasks.Select(Line));
        Assert.Equal(["Running-2"], Ids(await reader.Index.QueryAsync(new TaskQuery { Pipeline = "render", Statuses = [RunStatus.Running] })));
        Assert.Equal(5, Ids(await reader.Index.QueryAsync(new TaskQuery { Label = new("größe", "groß 🎬") })).Length);
        var counts = await reader.Index.CountAsync(new TaskQuery());
        Assert.Equal((8, 2, 3), (counts.Total, counts.ByStatus[RunStatus.Completed], counts.ByStatus[RunStatus.Running]));
        Assert.Equal(["Running-2"], (await reader.Index.FindOwedAsync(DateTimeOffset.MaxValue, 10)).Select(task => task.Value));
    }

    /// <summary>Its rows are made of the documents: the former program wrote none.</summary>
    [Fact]
    public async Task AzureTable_GetsSchedules()
    {
        var (connection, table) = (await azurite.ConnectionStringAsync(), AzureTableStores.NewTable());
        await LoadAsync(new TableClient(connection, table));
        using var host = AzureTableStores.Open(connection, table, partitions: 8);

        Assert.Contains(TaskId.Parse("Running-2"), await host.Index.FindDueAsync(DateTimeOffset.MaxValue, 10));

        var schedule = (await host.ReadAsync("Running-2")).State!.GetSchedule();
        Assert.Equal(schedule.Ready.Select(ready => ready.Queue).Distinct().Order(), (await host.Index.CountReadyAsync(null)).Select(count => count.Queue));
        await ScheduleSamples.AssertMatchesAsync(host, ["Running-2", "completed-1", "failed-3", "deleted-4", "paused-5", "cancelled-6", "python-7"]);
    }

    /// <summary>The grain takes each task over: a lease that ran out long ago, a ledger of operations, a number that a deleted task left behind.</summary>
    [Theory]
    [MemberData(nameof(Stores))]
    public async Task EveryTask_TakesNewCommands(string kind)
    {
        using var folder = new TempFolder();
        var section = await CopyAsync(kind, folder);
        await using var cluster = await StartAsync(section);
        foreach (var (id, command) in new (string, TaskCommand)[]
        {
            ("completed-1", new DeleteTask()),
            ("paused-5", new ResumeTask()),
            ("cancelled-6", new RetryTask()),
            ("failed-3", new RetryTask()),
            ("python-7", new AddStage("video_generation")),
            ("unknown-8", new ReportProgress("one", null, 0.75, "on") { Durable = true }),
            ("video-9", new DeleteTask()),
        })
        {
            var before = (await cluster.Client.GetGrain<ITaskStateGrain>(id).ReadAsync())!;
            var reply = await SendAsync(cluster, id, command);
            Assert.Equal((id, CommandOutcome.Applied, before.Version + 1), (id, reply.Outcome, reply.Version));
        }

        var again = await SendAsync(cluster, "deleted-4", new CreateTask(TaskId.Parse("deleted-4"), JsonText.EmptyObject, null));
        Assert.Equal((CommandOutcome.Applied, 4), (again.Outcome, again.Version));
        Assert.Equal(CommandOutcome.Applied, (await SendAsync(cluster, "Running-2", new CancelTask())).Outcome);
        var running = (await cluster.Client.GetGrain<ITaskStateGrain>("Running-2").ReadAsync())!.ToState();
        Assert.True(running.Stages.TryGet("prepare", out var prepared));
        Assert.Equal((RunStatus.Cancelled, 5, "plan.json"), (running.Status, running.Stages.Count, Assert.Single(prepared.Artifacts).Key));
        var unknown = (await cluster.Client.GetGrain<ITaskStateGrain>("unknown-8").ReadAsync())!.ToState();
        Assert.Equal("[\"kept\",1,2.0]", unknown.UnknownFields!["future_of_task"].GetRawText());
    }

    [Theory]
    [InlineData("newtonsoft")]
    [InlineData("system-text-json")]
    public async Task PlainProvider_ReadsWhatTheFormerProgramGaveIt(string kind)
    {
        await using var cluster = await StartAsync(null);
        IGrainStorageSerializer serializer = kind == "newtonsoft"
            ? cluster.Silos[0].ServiceProvider.GetRequiredService<IGrainStorageSerializer>()
            : new PlainJsonSerializer();
        var files = Directory.GetFiles(Path.Combine(Here, "plain", kind));
        Assert.Equal(8, files.Length);
        foreach (var file in files)
        {
            using var stored = JsonDocument.Parse(await File.ReadAllBytesAsync(file));
            var expected = stored.RootElement.GetProperty("Json").GetString()!;

            var document = serializer.Deserialize<TaskDocument>(new BinaryData(await File.ReadAllBytesAsync(file)))!;

            Assert.Equal(expected, document.Json);
            Assert.Equal(expected, new TaskDocument(document.State, document.Commit).Json);
        }
    }

    private static string Line(JsonElement task) => string.Join(
        ' ',
        Shown.Select(name => task.GetProperty(name) is { ValueKind: JsonValueKind.Null } ? "-" : task.GetProperty(name).ToString()));

    private static string Line(TaskSummary task) => string.Join(
        ' ',
        task.TaskId,
        task.Status.ToWireName(),
        task.Pipeline ?? "-",
        JsonSerializer.Serialize(task.Progress),
        task.CurrentStage ?? "-",
        TimeOf(task.CreatedAt),
        TimeOf(task.StartedAt),
        TimeOf(task.CompletedAt),
        TimeOf(task.UpdatedAt),
        task.Workers,
        task.Version);

    private static string TimeOf(DateTimeOffset? time) =>
        time is { } value ? JsonSerializer.Serialize(value).Trim('"').Replace("\\u002B", "+", StringComparison.Ordinal) : "-";

    private static string[] Ids(TaskPage page) => [.. page.Tasks.Select(task => task.TaskId.Value)];

    private static Task<TaskReply> SendAsync(InProcessTestCluster cluster, string id, TaskCommand command) =>
        cluster.Client.GetGrain<ITaskStateGrain>(id).ExecuteAsync(OperationId.Create(TimeProvider.System), command);

    private static async Task<InProcessTestCluster> StartAsync(IConfigurationSection? section)
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSiloHost((_, host) => host.Configuration.AddInMemoryCollection(section?.AsEnumerable().Where(pair => pair.Value is not null) ?? []));
        builder.ConfigureSilo((_, silo) => silo.AddVideoGenGrains(recover: false));
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }

    /// <summary>A copy of the store that may be written to, and the configuration that names it.</summary>
    private async Task<IConfigurationSection> CopyAsync(string kind, TempFolder folder)
    {
        var (provider, option, place) = kind switch
        {
            "sqlite" => ("Sqlite", "DatabasePath", folder.File("tasks.db")),
            "files" => ("JsonFiles", "Folder", folder.File("state")),
            _ => ("AzureTable", "ConnectionString", await azurite.ConnectionStringAsync()),
        };
        var table = $"before{Guid.NewGuid():N}";
        switch (kind)
        {
            case "sqlite":
                File.Copy(Path.Combine(Here, "sqlite", "tasks.sqlite"), place);
                break;
            case "files":
                Directory.CreateDirectory(place);
                Array.ForEach(Directory.GetFiles(Path.Combine(Here, "files", "state")), file => File.Copy(file, Path.Combine(place, Path.GetFileName(file))));
                break;
            default:
                await LoadAsync(new TableClient(place, table));
                break;
        }

        const string Section = "Orleans:GrainStorage:tasks";
        return new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                [$"{Section}:ProviderType"] = provider,
                [$"{Section}:{option}"] = place,
                [$"{Section}:TableName"] = table,
            })
            .Build()
            .GetSection(Section);
    }

    private static async Task LoadAsync(TableClient table)
    {
        await table.CreateAsync();
        foreach (var line in await File.ReadAllLinesAsync(Path.Combine(Here, "azure", "rows.jsonl")))
        {
            var row = new TableEntity();
            foreach (var (name, typed) in JsonSerializer.Deserialize<Dictionary<string, string[]>>(line)!)
            {
                row[name] = typed[0] switch
                {
                    "int" => int.Parse(typed[1], System.Globalization.CultureInfo.InvariantCulture),
                    "long" => long.Parse(typed[1], System.Globalization.CultureInfo.InvariantCulture),
                    "bool" => bool.Parse(typed[1]),
                    "bytes" => Convert.FromBase64String(typed[1]),
                    _ => typed[1],
                };
            }

            await table.AddEntityAsync(row);
        }
    }
}
