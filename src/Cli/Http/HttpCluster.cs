using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using VideoGen.Cli.Exits;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Cli.Http;

/// <summary>A cluster as its HTTP shows it.</summary>
internal sealed class HttpCluster : IDisposable
{
    /// <summary>How long a silo may take for one answer beyond the time that it was asked to wait.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(30);

    /// <summary>How long one question for a newer state waits.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(25);

    /// <summary>Between two questions to a silo that does not answer.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ServerAddress _server;
    private readonly HttpClient _http;

    public HttpCluster(ServerAddress server)
    {
        _server = server;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = server.Url, Timeout = Wait + Slack };
        if (server.Key is { } key)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
    }

    public ServerAddress Server => _server;

    /// <summary>The last durable state; null when there is no such task.</summary>
    public async Task<TaskSnapshot?> ReadAsync(TaskId task, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, $"api/tasks/{task}"), cancellationToken);
        return answer.StatusCode == HttpStatusCode.NotFound ? null : await SnapshotAsync(answer, cancellationToken);
    }

    /// <summary>The state, and each newer one until the task is finished or deleted. It goes on over the death of a silo.</summary>
    public async IAsyncEnumerable<TaskSnapshot> WatchAsync(TaskId task, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? seen = null;
        while (true)
        {
            HttpResponseMessage answer;
            try
            {
                answer = await _http.SendAsync(Question(), cancellationToken);
            }
            catch (Exception exception) when (seen is not null && IsPassing(exception, cancellationToken))
            {
                await Task.Delay(Pause, cancellationToken);
                continue;
            }
            catch (Exception exception) when (IsPassing(exception, cancellationToken))
            {
                throw Unreachable(exception);
            }

            using (answer)
            {
                switch (answer.StatusCode)
                {
                    case HttpStatusCode.NotModified:
                        continue;
                    case HttpStatusCode.NotFound:
                        yield break;
                    case >= HttpStatusCode.InternalServerError when seen is not null:
                        await Task.Delay(Pause, cancellationToken);
                        continue;
                }

                var snapshot = await SnapshotAsync(answer, cancellationToken);
                seen = answer.Headers.ETag?.ToString();
                yield return snapshot;
                if (Tasks.State.RunStatusExtensions.IsFinished(snapshot.ToState().Status))
                {
                    yield break;
                }
            }
        }

        HttpRequestMessage Question()
        {
            var request = new HttpRequestMessage(HttpMethod.Get, $"api/tasks/{task}");
            if (seen is not null)
            {
                request.Headers.IfNoneMatch.ParseAdd(seen);
                request.Headers.Add("Prefer", string.Create(CultureInfo.InvariantCulture, $"wait={Wait.TotalSeconds:0}"));
            }

            return request;
        }
    }

    /// <summary>Something in JSON.</summary>
    public async Task<JsonElement?> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, path), cancellationToken);
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        await CheckAsync(answer, cancellationToken);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
    }

    /// <summary>
    /// Sends something that has an effect, and again under the same key where no answer comes: so it has the effect once.
    /// </summary>
    /// <returns>The answer, undefined where there is none to read; and its status.</returns>
    public async Task<(JsonElement Body, HttpStatusCode Status)> ActAsync(
        HttpMethod method, string path, Func<HttpContent?> content, CancellationToken cancellationToken, string? ifMatch = null)
    {
        var key = OperationId.Create(TimeProvider.System).ToString();
        using var answer = await SendAsync(
            () =>
            {
                var request = new HttpRequestMessage(method, path) { Content = content() };
                request.Headers.Add("Idempotency-Key", key);
                if (ifMatch is not null)
                {
                    request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
                }

                return request;
            },
            cancellationToken);
        await CheckAsync(answer, cancellationToken);
        return answer.StatusCode == HttpStatusCode.NoContent
            ? (default, answer.StatusCode)
            : (await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken), answer.StatusCode);
    }

    /// <summary>The bytes of something, from the beginning.</summary>
    public async Task DownloadAsync(string path, Stream target, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await CheckAsync(answer, cancellationToken);
        await answer.Content.CopyToAsync(target, cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> make, CancellationToken cancellationToken)
    {
        const int Attempts = 5;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var answer = await _http.SendAsync(make(), cancellationToken);
                if (answer.StatusCode != HttpStatusCode.ServiceUnavailable || attempt == Attempts)
                {
                    return answer;
                }

                answer.Dispose();
            }
            catch (Exception exception) when (IsPassing(exception, cancellationToken))
            {
                if (attempt == Attempts)
                {
                    throw Unreachable(exception);
                }
            }

            await Task.Delay(Pause / 2 * attempt, cancellationToken);
        }
    }

    private static bool IsPassing(Exception exception, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested && exception is HttpRequestException or IOException or TaskCanceledException;

    private CommandFailedException Unreachable(Exception exception) =>
        new(ExitCode.Unavailable, $"No silo answers at {_server.Url}. ({exception.Message})", exception);

    private static async Task<TaskSnapshot> SnapshotAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        await CheckAsync(answer, cancellationToken);
        var json = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        using var state = JsonDocument.Parse(json);
        var writes = answer.Headers.TryGetValues("VideoGen-Writes", out var values) && long.TryParse(values.FirstOrDefault(), out var number) ? number : 0;
        return new TaskSnapshot(state.RootElement.GetProperty("version").GetInt64(), answer.Headers.ETag?.Tag.Trim('"') ?? "", json, writes);
    }

    /// <exception cref="CommandFailedException">The silo refused it; the message is its own.</exception>
    private static async Task CheckAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.IsSuccessStatusCode)
        {
            return;
        }

        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        var (type, detail) = Parse(text);
        var exit = (answer.StatusCode, type) switch
        {
            (_, "/problems/queue-full") => ExitCode.Busy,
            (HttpStatusCode.NotFound, _) => ExitCode.NotFound,
            (HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed or HttpStatusCode.Gone, _) => ExitCode.Conflict,
            (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or >= HttpStatusCode.InternalServerError, _) => ExitCode.Unavailable,
            _ => ExitCode.BadInput,
        };
        throw new CommandFailedException(exit, detail ?? $"The silo answered {(int)answer.StatusCode}.");
    }

    private static (string? Type, string? Detail) Parse(string text)
    {
        try
        {
            using var problem = JsonDocument.Parse(text);
            return (Text(problem.RootElement, "type"), Text(problem.RootElement, "detail") ?? Text(problem.RootElement, "title"));
        }
        catch (JsonException)
        {
            return (null, null);
        }

        static string? Text(JsonElement problem, string name) =>
            problem.ValueKind == JsonValueKind.Object && problem.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
    }
}
