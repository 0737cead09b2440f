using System.Text;
using System.Text.Json;
using VideoGen.Silo.Api;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Silo.Tests.Access;

/// <summary>The number and the id by which a worker shows that a stage is its own are for that worker.</summary>
[Collection(SharedSilo.Name)]
public sealed class LeaseSecretTests(SiloApplication app)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ReadersSeeWhoHoldsAStageAndNothingThatProvesIt()
    {
        var task = await VideoTask.CreateAsync(app, "leased");
        var token = await task.StartAsync("content_parsing");
        Assert.NotEqual(0, token);

        var state = JsonDocument.Parse(await app.Http.GetStringAsync("/api/tasks/leased", Stop)).RootElement;
        var page = await app.Http.GetStringAsync("/tasks/leased/json", Stop);

        var lease = state.GetProperty("stages").GetProperty("content_parsing").GetProperty("lease");
        Assert.Equal(0, lease.GetProperty("token").GetInt64());
        Assert.Equal("worker-1", lease.GetProperty("worker").GetProperty("name").GetString());
        var stored = (await app.Grains.GetGrain<ITaskStateGrain>("leased").ReadAsync())!.ToState();
        var holder = stored.Stages.Single(stage => stage.Name == "content_parsing").Lease!.Worker;
        var shown = lease.GetProperty("worker").GetProperty("incarnation").GetGuid();
        Assert.Equal(LeaseSecrets.Show(holder.Incarnation), shown);
        Assert.NotEqual(holder.Incarnation, shown);
        Assert.DoesNotContain($"{holder.Incarnation}", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&quot;token&quot;: 0,", page, StringComparison.Ordinal);

        // The worker goes on by the token that it was given.
        await task.CompleteAsync("content_parsing", token);
    }

    [Theory]
    [InlineData(
        """{"stages":{"a":{"lease":{"worker":{"token":7},"token":123456,"expires_at":"x"}},"b":{"lease":{"token":-5}}},"version":2}""",
        """{"stages":{"a":{"lease":{"worker":{"token":7},"token":0,"expires_at":"x"}},"b":{"lease":{"token":0}}},"version":2}""")]
    [InlineData(
        """{"stages":{"a":{"lease":{"worker":{"name":"w","incarnation":"00000000-0000-0000-0000-000000000001"},"token":1}}}}""",
        """{"stages":{"a":{"lease":{"worker":{"name":"w","incarnation":"10cd3c7c-7ebb-7bc3-46d3-7926ae627426"},"token":0}}}}""")]
    [InlineData("""{"stages":{"lease":{"metadata":{"token":1}}},"version":2}""", """{"stages":{"lease":{"metadata":{"token":1}}},"version":2}""")]
    [InlineData("""{"input_config":{"a":{"lease":{"token":1}}}}""", """{"input_config":{"a":{"lease":{"token":1}}}}""")]
    [InlineData("""{"stages":{"a":{"metadata":{"lease":{"token":1}}}}}""", """{"stages":{"a":{"metadata":{"lease":{"token":1}}}}}""")]
    [InlineData("""{"version":2}""", """{"version":2}""")]
    public void OnlyWhatProvesALeaseIsHidden(string json, string shown) =>
        Assert.Equal(shown, Encoding.UTF8.GetString(LeaseSecrets.Hide(Encoding.UTF8.GetBytes(json)).Span));
}
