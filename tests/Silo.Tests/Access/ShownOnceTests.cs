using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using VideoGen.Silo.Access;
using VideoGen.Silo.Api;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Tests.Access;

/// <summary>What is shown once, when the answer that showed it was lost.</summary>
public sealed class ShownOnceTests(LockedSilo silo) : IClassFixture<LockedSilo>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AKeyIsShownAgainToWhoMadeIt_AndIsOneKey()
    {
        var admin = await silo.CreateKeyAsync(Role.Admin, name: "maker");
        var wish = new { name = "once", role = "viewer", labels = new { team = "red" } };
        var first = await MakeAsync("/api/keys", admin, "lost-1", wish);
        var again = await MakeAsync("/api/keys", admin, "lost-1", wish);

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (first.Status, again.Status));
        Assert.Equal(first.Body.GetProperty("key").GetString(), again.Body.GetProperty("key").GetString());
        var key = first.Body.GetProperty("key").GetString()!;
        Assert.True(KeyText.TryParse(key, out var role) && role == Role.Viewer);
        await silo.WaitUntilKnownAsync(key);
        using var list = await silo.SendAsync(HttpMethod.Get, "/api/keys", admin);
        var all = (await list.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("keys").EnumerateArray();
        Assert.Single(all, item => item.GetProperty("name").GetString() == "once");

        // Nobody else is shown it, under whatever header; nor is anything else made under the same one.
        var other = await silo.CreateKeyAsync(Role.Admin, name: "another");
        await RefusedAsync("/api/keys", other, "lost-1", wish, HttpStatusCode.Conflict, "take it away");
        await RefusedAsync("/api/keys", admin, null, wish, HttpStatusCode.Conflict, "already");
        await RefusedAsync("/api/keys", admin, "lost-1", wish with { role = "operator" }, HttpStatusCode.UnprocessableEntity, "asked for something else");
        await RefusedAsync("/api/keys", admin, "lost-1", wish with { name = "twice" }, HttpStatusCode.UnprocessableEntity, "key once");
        await RefusedAsync("/api/keys", admin, "lost-1", new { name = "once", role = "viewer" }, HttpStatusCode.UnprocessableEntity, "key once");
        await RefusedAsync("/api/keys", admin, new string('x', 200), wish, HttpStatusCode.BadRequest, "Idempotency-Key");

        using var revoked = await silo.SendAsync(HttpMethod.Delete, "/api/keys/once", admin);
        await RefusedAsync("/api/keys", admin, "lost-1", wish, HttpStatusCode.Conflict, "revoked by now");
    }

    [Fact]
    public async Task AWebhookIsShownAgainToWhoMadeIt()
    {
        var wish = new { name = "hook", url = "https://hooks.example.org/x", events = new[] { "task.*" } };
        var first = await MakeAsync("/api/webhooks", silo.First, "lost-2", wish);
        var again = await MakeAsync("/api/webhooks", silo.First, "lost-2", wish);

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (first.Status, again.Status));
        Assert.Equal(first.Body.GetProperty("secret").GetString(), again.Body.GetProperty("secret").GetString());
        await RefusedAsync("/api/webhooks", silo.First, "lost-3", wish, HttpStatusCode.Conflict, "take it away");
        await RefusedAsync("/api/webhooks", silo.First, null, wish, HttpStatusCode.Conflict, "already");
        await RefusedAsync(
            "/api/webhooks", silo.First, "lost-2", wish with { url = "https://hooks.example.org/y" }, HttpStatusCode.UnprocessableEntity, "webhook hook");
    }

    [Fact]
    public void AnySiloOfTheCluster_ComesToTheSame()
    {
        Assert.True(ClusterSecret.TryParse(new string('a', 30), out var secret, out _));
        Assert.True(ClusterSecret.TryParse($"{new string('b', 30)} {new string('a', 30)}", out var changed, out _));
        var caller = new Caller("ada", Role.Admin, TaskState.NoLabels);
        var seed = Assert.Single(new ShownOnce(new Seals(secret), TimeProvider.System).SeedsOf("key", caller, "x"));
        var once = new ShownOnce(new Seals(changed), TimeProvider.System);

        Assert.Equal(2, once.SeedsOf("key", caller, "x").Count);
        Assert.Equal(seed, once.SeedsOf("key", caller, "x")[1]);
        Assert.NotEqual(seed, once.SeedsOf("webhook", caller, "x")[1]);
        Assert.NotEqual(seed, once.SeedsOf("key", caller with { Name = "bob" }, "x")[1]);
        Assert.NotEqual(seed, once.SeedsOf("key", caller, "y")[1]);
        Assert.Empty(once.SeedsOf("key", caller, null));
    }

    [Fact]
    public void AfterTenMinutes_NothingIsShownAgain()
    {
        var once = new ShownOnce(new Seals(null), TimeProvider.System);
        var now = TimeProvider.System.GetUtcNow();
        Assert.Null(once.Refuse("key k", now.AddMinutes(-5), isAsAsked: true, isRevoked: false));
        var refusal = once.Refuse("key k", now.AddMinutes(-11), isAsAsked: true, isRevoked: false);
        Assert.Equal(StatusCodes.Status409Conflict, refusal?.StatusCode);
        Assert.Contains("take the key k away", refusal?.ProblemDetails.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/keys")]
    [InlineData("/api/webhooks")]
    [InlineData("/api/acts")]
    [InlineData("/api/work")]
    public async Task JsonOfAnyDepthIsRefused(string path)
    {
        var deep = string.Concat(Enumerable.Repeat("{\"labels\":", 10_000));
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(deep, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", silo.First);
        using var answer = await silo.Http.SendAsync(request, Stop);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    /// <summary>One who sends a body byte by byte holds a connection for seconds, not for ever.</summary>
    [Theory]
    [InlineData("/api/tasks", "application/json")]
    [InlineData("/api/tasks", "text/markdown")]
    [InlineData("/api/work", "application/json")]
    [InlineData("/api/keys", "application/json")]
    public async Task ABodyThatTricklesIsGivenUp(string path, string type)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, silo.Http.BaseAddress!.Port, Stop);
        var stream = connection.GetStream();
        string[] head =
        [
            $"POST {path} HTTP/1.1", "Host: localhost", $"Authorization: Bearer {silo.First}", $"Content-Type: {type}", "Content-Length: 100000", "", "",
        ];
        await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Join("\r\n", head)), Stop);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromSeconds(120));
        var answer = ReadAsync(stream, patience.Token);
        while (!answer.IsCompleted)
        {
            try
            {
                await stream.WriteAsync(" "u8.ToArray(), patience.Token);
            }
            catch (IOException)
            {
                break;
            }

            await Task.WhenAny(answer, Task.Delay(50, patience.Token));
        }

        Assert.Contains(await answer, new[] { "HTTP/1.1 408", "" });
    }

    /// <summary>The beginning of an answer; nothing where the connection was cut.</summary>
    private static async Task<string> ReadAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte["HTTP/1.1 408".Length];
        try
        {
            return Encoding.ASCII.GetString(buffer, 0, await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken));
        }
        catch (IOException)
        {
            return "";
        }
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> MakeAsync(string path, string admin, string? operation, object wish)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(wish) };
        request.Headers.Authorization = new("Bearer", admin);
        if (operation is not null)
        {
            request.Headers.Add("Idempotency-Key", operation);
        }

        using var answer = await silo.Http.SendAsync(request, Stop);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Stop));
    }

    private async Task RefusedAsync(string path, string admin, string? operation, object wish, HttpStatusCode status, string words)
    {
        var answer = await MakeAsync(path, admin, operation, wish);
        Assert.Equal(status, answer.Status);
        Assert.Contains(words, answer.Body.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("vg_viewer", answer.Body.GetRawText(), StringComparison.Ordinal);
    }
}
