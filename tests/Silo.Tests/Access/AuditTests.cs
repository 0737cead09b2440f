using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using VideoGen.Silo.Access;
using VideoGen.Tasks.Access;

namespace VideoGen.Silo.Tests.Access;

/// <summary>Who did what, and who tried, stands in the log of the silo.</summary>
public sealed class AuditTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EachActHasALineAndReadsHaveNone()
    {
        using var lines = new Lines();
        await using var silo = new LockedSilo { Logs = lines };
        await silo.InitializeAsync();
        await VideoTask.CreateAsync(silo.Application, "audited");
        var (steers, looks) = (await silo.CreateKeyAsync(Role.Operator, name: "steers"), await silo.CreateKeyAsync(Role.Viewer, name: "looks"));

        var because = new { reason = "the wrong document" };
        using var cancelled = await silo.SendAsync(HttpMethod.Post, "/api/tasks/audited/cancel", steers, because);
        using var unread = await silo.SendAsync(HttpMethod.Post, "/api/tasks/audited/cancel", steers, new { reason = "a\nforged line" });
        using var done = await silo.SendAsync(HttpMethod.Post, "/api/tasks/audited/shares", steers, new { for_s = 60 });
        using var refused = await silo.SendAsync(HttpMethod.Post, "/api/tasks/audited/shares", looks, new { for_s = 60 });
        using var stranger = await silo.SendAsync(HttpMethod.Delete, "/api/keys/a%0Ab", null);
        using var read = await silo.SendAsync(HttpMethod.Get, "/api/tasks/audited", steers);

        Assert.Equal(
            [
                "steers (operator) at 127.0.0.1: POST /api/tasks/audited/cancel, answered with 200. Reason: the wrong document",
                "steers (operator) at 127.0.0.1: POST /api/tasks/audited/cancel, answered with 400.",
                "steers (operator) at 127.0.0.1: POST /api/tasks/audited/shares, answered with 200.",
                "looks (viewer) at 127.0.0.1: POST /api/tasks/audited/shares, answered with 403.",
                "nobody at 127.0.0.1: DELETE /api/keys/a%0Ab, answered with 401.",
            ],
            lines.Of(AuditTrail.Category));
    }

    /// <summary>The address of a form does not say it; also of one that was refused.</summary>
    [Fact]
    public async Task TheLineOfAFormSaysWhatItActedOn()
    {
        using var lines = new Lines();
        await using var silo = new LockedSilo { Logs = lines };
        await silo.InitializeAsync();
        var steers = await silo.CreateKeyAsync(Role.Operator, name: "steers");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/queues/resume")
        {
            Content = new FormUrlEncodedContent([new("name", "talks\nforged password=geheim")]),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", steers);

        using var unproven = await silo.Http.SendAsync(request, Stop);

        Assert.Equal(
            "steers (operator) at 127.0.0.1: POST /queues/resume (talks forged password=***), answered with 400.",
            Assert.Single(lines.Of(AuditTrail.Category)));
    }

    [Fact]
    public async Task ATaskKeepsWhoDidWhatAndGuestsDoNotReadIt()
    {
        await using var silo = new LockedSilo();
        await silo.InitializeAsync();
        var steers = await silo.CreateKeyAsync(Role.Operator, name: "steers");
        await VideoTask.CreateAsync(silo.Application, "kept");
        using var paused = await silo.SendAsync(HttpMethod.Post, "/api/tasks/kept/pause", steers, new { reason = "wait for the lawyers" });
        using var again = await silo.SendAsync(HttpMethod.Post, "/api/tasks/kept/pause", steers, new { reason = "it changes nothing" });
        using var shared = await silo.SendAsync(HttpMethod.Post, "/api/tasks/kept/shares", steers, new { for_s = 60 });
        var guest = (await shared.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("token").GetString()!;

        using var read = await silo.SendAsync(HttpMethod.Get, "/api/tasks/kept", steers);
        var act = Assert.Single((await read.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("acts").EnumerateArray());
        Assert.Equal(
            ("pause", "steers", "127.0.0.1", "wait for the lawyers"),
            (Text("act"), Text("by"), Text("from"), Text("reason")));

        foreach (var path in new[] { "/api/tasks/kept", "/tasks/kept", "/tasks/kept/json" })
        {
            using var own = await silo.SendAsync(HttpMethod.Get, path, steers);
            using var answer = await silo.SendAsync(HttpMethod.Get, path, guest);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Contains("lawyers", await own.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
            Assert.DoesNotContain("lawyers", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        }

        string? Text(string name) => act.GetProperty(name).GetString();
    }

    public sealed class Lines : ILoggerProvider
    {
        private readonly ConcurrentQueue<(string Category, string Text)> _lines = new();

        /// <summary>Of the category; of all when none is named.</summary>
        public IEnumerable<string> Of(string? category) => _lines.Where(line => category is null || line.Category == category).Select(line => line.Text);

        public ILogger CreateLogger(string categoryName) => new Writer(this, categoryName);

        public void Dispose()
        {
        }

        private sealed class Writer(Lines lines, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                lines._lines.Enqueue((category, formatter(state, exception)));
        }
    }
}
