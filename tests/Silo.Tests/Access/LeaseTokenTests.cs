using System.Text;
using System.Text.Json;
using VideoGen.Silo.Api;

namespace VideoGen.Silo.Tests.Access;

/// <summary>The number by which a worker shows that a stage is its own is for that worker.</summary>
[Collection(SharedSilo.Name)]
public sealed class LeaseTokenTests(SiloApplication app)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ReadersSeeWhoHoldsAStageAndNotByWhichToken()
    {
        var task = await VideoTask.CreateAsync(app, "leased");
        var token = await task.StartAsync("content_parsing");
        Assert.NotEqual(0, token);

        var state = JsonDocument.Parse(await app.Http.GetStringAsync("/api/tasks/leased", Stop)).RootElement;
        var page = await app.Http.GetStringAsync("/tasks/leased/json", Stop);

        var lease = state.GetProperty("stages").GetProperty("content_parsing").GetProperty("lease");
        Assert.Equal(0, lease.GetProperty("token").GetInt64());
        Assert.Equal("worker-1", lease.GetProperty("worker").GetProperty("name").GetString());
        Assert.Contains("&quot;token&quot;: 0,", page, StringComparison.Ordinal);

        // The worker goes on by the token that it was given.
        await task.CompleteAsync("content_parsing", token);
    }

    [Theory]
    [InlineData(
        """{"stages":{"a":{"lease":{"worker":{"token":7},"token":123456,"expires_at":"x"}},"b":{"lease":{"token":-5}}},"version":2}""",
        """{"stages":{"a":{"lease":{"worker":{"token":7},"token":0,"expires_at":"x"}},"b":{"lease":{"token":0}}},"version":2}""")]
    [InlineData("""{"stages":{"lease":{"metadata":{"token":1}}},"version":2}""", """{"stages":{"lease":{"metadata":{"token":1}}},"version":2}""")]
    [InlineData("""{"input_config":{"a":{"lease":{"token":1}}}}""", """{"input_config":{"a":{"lease":{"token":1}}}}""")]
    [InlineData("""{"stages":{"a":{"metadata":{"lease":{"token":1}}}}}""", """{"stages":{"a":{"metadata":{"lease":{"token":1}}}}}""")]
    [InlineData("""{"version":2}""", """{"version":2}""")]
    public void OnlyTheTokensOfLeasesAreHidden(string json, string shown) =>
        Assert.Equal(shown, Encoding.UTF8.GetString(LeaseTokens.Hide(Encoding.UTF8.GetBytes(json)).Span));
}
