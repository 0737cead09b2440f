using System.Text;
using System.Text.Json;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Http;
using VideoGen.Cli.Running;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Workers;

namespace VideoGen.Cli.Tests;

/// <summary>How a cluster is operated over HTTP: its queues, limits, workers, keys and webhooks.</summary>
public sealed class OperatingCommandTests : CommandsOverHttp
{
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
        Assert.Contains("Webhook press did not take the test.", Errors, StringComparison.Ordinal);
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
}
