using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Spectre.Console.Testing;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Http;
using VideoGen.Cli.Running;
using VideoGen.Client;
using VideoGen.Files;
using VideoGen.Silo;
using VideoGen.Silo.Hosting;
using VideoGen.Stages;
using VideoGen.Stages.Tests.Piper;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Workers;

namespace VideoGen.Cli.Tests;

/// <summary>The verbs of the command line over HTTP: a silo, and nothing else in reach. And every command of the guide.</summary>
public sealed class HttpCommandTests : IAsyncLifetime
{
    private static readonly byte[] Picture = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 0];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("videogen-http-tests-");
    private readonly TestConsole _console = new TestConsole().Width(160);
    private readonly StringWriter _error = new();
    private WebApplication? _silo;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Server => _silo!.GetHttpAddress()!.ToString().TrimEnd('/');

    public async ValueTask InitializeAsync()
    {
        var artifacts = new FolderArtifactStore(Path.Combine(_folder.FullName, "artifacts"));
        _silo = SiloHost.Create(
            new SiloHostOptions { Artifacts = artifacts, Recover = false, WebhooksAllowPrivate = true },
            configure: builder => builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Orleans:GrainStorage:tasks:ProviderType"] = "Sqlite",
                ["Orleans:GrainStorage:tasks:DatabasePath"] = Path.Combine(_folder.FullName, "tasks.db"),
            }),
            addServices: services => services.AddArtifacts(artifacts).AddVideoStages(new ConfigurationBuilder().Build()));
        await _silo.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _silo!.StopAsync();
        await _silo.DisposeAsync();
        _folder.Delete(recursive: true);
        _console.Dispose();
        await _error.DisposeAsync();
    }

    [Fact]
    public async Task ADocumentWithItsPicturesIsHandedInAndSteered()
    {
        var document = Path.Combine(_folder.FullName, "talk.md");
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "pictures"));
        await File.WriteAllTextAsync(document, "# Talk\n\nWords.\n\n![A](pictures/a.png)\n\n![B](../b.png)\n", Stop);
        await File.WriteAllBytesAsync(Path.Combine(_folder.FullName, "pictures", "a.png"), Picture, Stop);

        Assert.Equal(0, await RunAsync("submit", document, "--id", "talk", "--label", "team=docs", "--priority", "3", "--language", "de"));
        Assert.Equal(0, await RunAsync("submit", document, "--id", "talk", "--label", "team=docs", "--priority", "3", "--language", "de"));
        Assert.Contains("Task talk is known already; it is pending.", _console.Output, StringComparison.Ordinal);
        using var http = new HttpClient();
        var state = await http.GetFromJsonAsync<JsonElement>($"{Server}/api/tasks/talk", Stop);
        Assert.Equal("de", state.GetProperty("input_config").GetProperty("languages")[0].GetString());
        var picture = Assert.Single(state.GetProperty("input_config").GetProperty("images").EnumerateObject());
        Assert.Equal("pictures/a.png", picture.Name);
        Assert.Equal(Picture, await File.ReadAllBytesAsync(Path.Combine(_folder.FullName, "artifacts", picture.Value.GetProperty("uri").GetString()!), Stop));

        await SaysAsync(0, "talk", "list", "--label", "team=docs");
        await SaysAsync(0, "1 exported", "export", Path.Combine(_folder.FullName, "exported"));
        await SaysAsync(0, "talk", "list", "--label", "team=docs", "--sort", "priority", "--order", "asc", "--since", "1h", "--updated-since", "1h");
        await SaysAsync(0, "There are no tasks here.", "list", "--label", "team=docs", "--label", "k=v");
        await SaysAsync(0, "There are no tasks here.", "list", "--until", "1h");
        await SaysAsync(0, "There are no tasks here.", "list", "--error", "no such & error");
        await SaysAsync(0, "\"version\"", "show", "talk", "--json");
        await SaysAsync(0, "\"waits\"", "get", "talk", "-o", "json");
        await SaysAsync(0, "team=docs", "get", "talk", "-o", "wide");
        Assert.Equal("talk\n", await SaysAsync(0, "talk", "list", "-o", "name"));
        await SaysAsync(0, "Priority  3", "describe", "talk");
        await SaysAsync(0, "created", "logs", "talk");
        await SaysAsync(3, "", "logs", "talk", "no_such_stage");
        await SaysAsync(2, "", "list", "--json", "-o", "name");
        Assert.Equal($"{Server}/tasks/talk\n", await SaysAsync(0, "talk", "open", "talk"));
        var link = await SaysAsync(0, $"{Server}/tasks/talk?read=vgr_", "share", "talk");
        Assert.Contains("talk", await http.GetStringAsync(new Uri(link.Trim()), Stop), StringComparison.Ordinal);
        var element = $"/embed.js\"></script>\n<videogen-task server=\"{Server}\" task=\"talk\" token=\"vgr_";
        await SaysAsync(0, element, "share", "talk", "--origin", "https://wiki.example.org");
        await SaysAsync(2, "", "share", "talk", "--origin", "wiki");
        Assert.Contains("The member 'origin' is the origin of a site", _error.ToString(), StringComparison.Ordinal);
        await SaysAsync(3, "", "share", "none");
        Assert.Contains("There is no task none", _error.ToString(), StringComparison.Ordinal);
        await SaysAsync(0, "input_adaptation", "why", "talk");
        await SaysAsync(0, "Task talk is paused", "pause", "talk", "--now");
        await SaysAsync(0, "Task talk goes on", "resume", "talk");
        await SaysAsync(0, "has its new priority", "priority", "talk", "7");
        await SaysAsync(0, "Task talk is cancelled.", "cancel", "talk");
        await SaysAsync(0, "already", "cancel", "talk");
        await SaysAsync(0, "Task talk is cancelled.", "wait", "talk", "--for", "cancelled");
        await SaysAsync(1, "Task talk is cancelled.", "watch", "talk");
        await SaysAsync(0, "Z  cancelled", "logs", "talk", "-f");
        await SaysAsync(0, "Task talk is deleted.", "delete", "talk");
        Assert.Equal(3, await RunAsync("cancel", "talk"));
        Assert.Equal(3, await RunAsync("show", "talk"));
        Assert.Contains("There is no task talk", _error.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Whoever hands a document in names no file of the silo's machine, neither by an option nor in the document.</summary>
    [Fact]
    public async Task ANeuralVoiceCannotBeNamedByAFileOverHttp()
    {
        var model = new TinyVoice().WriteTo(Path.Combine(_folder.FullName, "voices"));
        var document = Path.Combine(_folder.FullName, "talk.md");
        await File.WriteAllTextAsync(document, $"---\nvoice: {model}\n---\n# Talk\n\nWords.\n", Stop);

        Assert.Equal(2, await RunAsync("submit", document, "--voice", model));
        Assert.Contains($"There is no voice '{model}'", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("A file is a voice only for 'videogen run' without a silo", _error.ToString(), StringComparison.Ordinal);

        Assert.Equal(0, await RunAsync("submit", document, "--id", "talk"));
        using var http = new HttpClient();
        var input = (await http.GetFromJsonAsync<JsonElement>($"{Server}/api/tasks/talk", Stop)).GetProperty("input_config");
        Assert.Equal(model, input.GetProperty("foreign_voice").GetString());
        Assert.NotEqual(model, input.GetProperty("voice").GetString());
    }

    [Fact]
    public async Task QueuesAndLimitsAreOperated()
    {
        await SaysAsync(0, "The queue gpu is paused by anyone on this machine since", "queue", "pause", "gpu", "--reason", "driver update", "--for", "10m");
        await SaysAsync(0, "Queue gpu: 0 stages wait, 0 calls of workers wait. The queue gpu is paused by", "queue", "show", "gpu");
        await SaysAsync(0, "Queue gpu goes on.", "queue", "resume", "gpu");
        await SaysAsync(0, "Queue gpu is not paused.", "queue", "resume", "gpu");
        await SaysAsync(0, "while fewer than 500 stages wait", "queue", "bound", "gpu", "--max", "500");
        Assert.Equal("gpu\n", await SaysAsync(0, "gpu", "queues", "-o", "name"));
        await SaysAsync(0, "\"most\": 500", "queues", "--json");
        await SaysAsync(0, "gpu: 0 stages wait", "queues");
        await SaysAsync(0, "while fewer than 200000 stages wait", "queue", "bound", "gpu", "--usual");

        await SaysAsync(0, "Limit vendor: 2 at a time, 10/30s.", "limit", "set", "vendor", "--max", "2", "--rate", "10/30s");
        await SaysAsync(2, "", "limit", "set", "vendor", "--max", "0");
        Assert.Equal("vendor: 2 at a time, 10/30s; 0 taken, 0 wait.\n", await SaysAsync(0, "vendor", "limit", "list"));
        await SaysAsync(0, "\"per_s\": 30", "limit", "list", "-o", "json");
        await SaysAsync(0, "Limit vendor is removed.", "limit", "remove", "vendor");
        await SaysAsync(0, "There is no limit vendor.", "limit", "remove", "vendor");
    }

    /// <summary>What a worker keeps to itself is shown neither by a silo nor by a command that asks the cluster for it.</summary>
    [Fact]
    public async Task WorkersAreListedAndDrainedAndKeepTheirSecret()
    {
        var incarnation = Guid.NewGuid();
        using var http = new HttpClient { BaseAddress = new Uri(Server) };
        var wish = $$"""{"worker": "gpu/7", "incarnation": "{{incarnation}}", "kinds": ["draw"], "wait_s": 0}""";
        using var taken = await http.PostAsync("/api/work", new StringContent(wish, Encoding.UTF8, "application/json"), Stop);
        var profile = new WorkerProfile(new WorkerId("gpu/7", incarnation), ["draw"], []);
        var shown = OperatedCluster.Hide(new WorkerStatus(new WorkerReport(profile, "1", 1, [], []), default, false)).Report.Profile.Worker.Incarnation;

        var listed = await SaysAsync(0, "gpu/7", "workers", "--json");
        Assert.NotEqual(incarnation, shown);
        Assert.Equal(shown, JsonDocument.Parse(listed).RootElement.GetProperty("workers")[0].GetProperty("incarnation").GetGuid());
        await SaysAsync(0, $", incarnation {shown}", "workers", "-o", "wide");
        await SaysAsync(3, "", "worker", "drain", "nobody");
        await SaysAsync(0, "Worker gpu/7 takes nothing more.", "worker", "drain", "gpu/7");
        await SaysAsync(0, "draining", "workers");
    }

    [Fact(Timeout = 60_000)]
    public async Task KeysAreMadeListedAndRevoked()
    {
        var stop = TestContext.Current.CancellationToken;
        var text = (await SaysAsync(0, "", "key", "create", "ci", "--role", "admin", "--expires", "1d")).Trim();
        using var silo = new HttpCluster(new ServerAddress(new Uri(Server), text, ""));
        var keys = new HttpKeys(silo);

        // Silos hear of a new key within seconds.
        AccessKeys? known = null;
        while (known is null)
        {
            try
            {
                known = await keys.ListAsync(stop);
            }
            catch (CommandFailedException exception) when (exception.ExitCode == ExitCode.Unavailable)
            {
                await Task.Delay(100, stop);
            }
        }

        var key = Assert.Single(known.Keys);
        Assert.Equal(("ci", Role.Admin), (key.Name, key.Role));
        Assert.InRange(key.ExpiresAt!.Value, DateTimeOffset.UtcNow.AddHours(23), DateTimeOffset.UtcNow.AddHours(25));
        await SaysAsync(5, "", "key", "list");
        Assert.False(await keys.RevokeAsync("nobody", stop));
        Assert.True(await keys.RevokeAsync("ci", stop));
    }

    [Fact]
    public async Task WebhooksAreMadeListedTestedAndDeleted()
    {
        var secret = await SaysAsync(0, "whsec_", "webhook", "create", "press", "http://127.0.0.1:1/in", "--event", "task.*", "--label", "team=docs");

        var list = await SaysAsync(0, "press  never told  http://127.0.0.1:1/in  task.*  team=docs", "webhook", "list");
        Assert.DoesNotContain(secret.Trim(), list, StringComparison.Ordinal);
        Assert.Equal("press", (await SaysAsync(0, "", "webhook", "list", "-o", "name")).Trim());
        var listed = JsonDocument.Parse(await SaysAsync(0, "", "webhook", "list", "-o", "json")).RootElement.GetProperty("webhooks")[0];
        Assert.Equal(("task.*", JsonValueKind.Null), (listed.GetProperty("events")[0].GetString(), listed.GetProperty("disabled_at").ValueKind));
        await SaysAsync(1, "", "webhook", "test", "press");
        Assert.Contains("Webhook press did not take the test.", _error.ToString(), StringComparison.Ordinal);
        await SaysAsync(0, "press is told", "webhook", "enable", "press");
        await SaysAsync(0, "0 notices of 0 tasks", "webhook", "replay", "press");
        await SaysAsync(2, "", "webhook", "create", "other", "http://127.0.0.1:1/in", "--event", "stage.exploded");
        foreach (var act in new[] { "test", "enable", "replay", "delete" })
        {
            await SaysAsync(3, "", "webhook", act, "nobody");
        }

        await SaysAsync(0, "Webhook press is deleted.", "webhook", "delete", "press");
        await SaysAsync(0, "There are no webhooks.", "webhook", "list");
    }

    [Fact]
    public async Task WhatATaskMadeIsListedAndFetched()
    {
        var pipeline = Path.Combine(_folder.FullName, "p.json");
        await File.WriteAllTextAsync(pipeline, """{"name": "poster", /* a comment */ "stages": [{"name": "draw"}],}""", Stop);
        Assert.Equal(0, await RunAsync("submit", "--pipeline", pipeline, "--id", "poster"));
        using var http = new HttpClient { BaseAddress = new Uri(Server) };
        var wish = $$"""{"worker": "w", "incarnation": "{{Guid.NewGuid()}}", "kinds": ["draw"], "wait_s": 20}""";
        using var taken = await http.PostAsync("/api/work", new StringContent(wish, Encoding.UTF8, "application/json"), Stop);
        var item = (await taken.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("work")[0];
        http.DefaultRequestHeaders.Add("VideoGen-Lease", item.GetProperty("lease").GetString());
        using var upload = await http.PutAsync($"{item.GetProperty("url").GetString()}/artifacts/a.txt", new StringContent("made"), Stop);
        var made = await upload.Content.ReadAsStringAsync(Stop);
        using var end = await http.PostAsync(
            $"{item.GetProperty("url").GetString()}/complete", new StringContent($"{{\"artifacts\": [{made}]}}", Encoding.UTF8, "application/json"), Stop);
        Assert.True(end.IsSuccessStatusCode, await end.Content.ReadAsStringAsync(Stop));

        var target = Path.Combine(_folder.FullName, "fetched.txt");
        await SaysAsync(0, "draw/a.txt  4 bytes", "artifacts", "poster");
        await SaysAsync(0, "fetched.txt", "artifacts", "poster", "draw/a.txt", "-o", target);
        Assert.Equal("made", await File.ReadAllTextAsync(target, Stop));
        Assert.Equal(3, await RunAsync("artifacts", "poster", "draw/b.txt"));
    }

    [Fact]
    public async Task APlaceThatIsNoneIsSaid()
    {
        Assert.Equal(2, await new CommandLine(_console, _error).RunAsync(["list", "--server", "nowhere"]));
        Assert.Equal(5, await new CommandLine(_console, _error).RunAsync(["list", "--server", "http://127.0.0.1:1"]));
        Assert.Equal(2, await new CommandLine(_console, _error).RunAsync(["list", "--server", Server, "--data", _folder.FullName]));
        Assert.Contains("is not the address of a silo", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("No silo answers at http://127.0.0.1:1", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("--server and --data are two places", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryCommandOfTheGuideWorks()
    {
        var guide = await File.ReadAllTextAsync(Path.Combine(Repository(), "docs", "http.md"), Stop);
        var script = new StringBuilder("set -euo pipefail\n");
        foreach (var block in guide.Split("```sh\n").Skip(1))
        {
            script.AppendLine(block[..block.IndexOf("```", StringComparison.Ordinal)]);
        }

        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "talk.md"), "# Talk\n\nWords.\n", Stop);
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", script.ToString()])
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["VIDEOGEN_SERVER"] = Server },
        })!;
        var output = shell.StandardOutput.ReadToEndAsync(Stop);
        var error = await shell.StandardError.ReadToEndAsync(Stop);
        await shell.WaitForExitAsync(Stop);

        Assert.True(shell.ExitCode == 0, $"{await output}\n{error}");
    }

    internal static string Repository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "VideoGen.Orleans.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The repository was not found.");
        }

        return folder;
    }

    private async Task<string> SaysAsync(int exitCode, string words, params string[] arguments)
    {
        var before = _console.Output.Length;
        Assert.True(exitCode == await RunAsync(arguments), $"{string.Join(' ', arguments)}: {_error}{_console.Output[before..]}");
        Assert.Contains(words, _console.Output[before..], StringComparison.Ordinal);
        return _console.Output[before..];
    }

    private Task<int> RunAsync(params string[] arguments) => new CommandLine(_console, _error).RunAsync([.. arguments, "--server", Server]);
}
