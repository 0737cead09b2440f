using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace VideoGen.Silo.Tests.Events;

/// <summary>One who follows a view over HTTP, event after event.</summary>
internal sealed class ViewReader : IAsyncDisposable
{
    private readonly HttpResponseMessage _answer;
    private readonly IAsyncEnumerator<SseItem<string>> _events;
    private readonly CancellationTokenSource _patience;

    private ViewReader(HttpResponseMessage answer, Stream stream)
    {
        _answer = answer;
        _patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        _patience.CancelAfter(TimeSpan.FromSeconds(90));
        _events = SseParser.Create(stream).EnumerateAsync(_patience.Token).GetAsyncEnumerator(_patience.Token);
    }

    /// <summary>The id of the last event that had one: what a reader comes back with.</summary>
    public string? LastId { get; private set; }

    public static async Task<ViewReader> OpenAsync(HttpClient http, string query, string? lastId = null, string? key = null)
    {
        var answer = await AskAsync(http, query, lastId, key);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{query} answers {answer.StatusCode}.");
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        return new ViewReader(answer, await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)) { LastId = lastId };
    }

    public static async Task<HttpResponseMessage> AskAsync(HttpClient http, string query, string? lastId = null, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/tasks/events{query}");
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (lastId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastId);
        }

        if (key is not null)
        {
            request.Headers.Authorization = new("Bearer", key);
        }

        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    /// <summary>The next event; null at the end of the stream.</summary>
    public async Task<(string Name, JsonElement Data)?> TryNextAsync()
    {
        if (!await _events.MoveNextAsync())
        {
            return null;
        }

        LastId = _events.Current.EventId ?? LastId;
        return (_events.Current.EventType, JsonElement.Parse(_events.Current.Data));
    }

    public async Task<(string Name, JsonElement Data)> NextAsync() => (await TryNextAsync())!.Value;

    /// <summary>The next event, as <c>NAME ID</c>, with the percents of a task that changed.</summary>
    public async Task<string> NextTextAsync()
    {
        var (name, data) = await NextAsync();
        return name == "snapshot" ? $"snapshot {data.GetProperty("reason").GetString()}: {string.Join(", ", IdsOf(data))}"
            : name == "changed" ? $"changed {data.GetProperty("task_id").GetString()} {data.GetProperty("status").GetString()}"
            : $"{name} {data.GetProperty("task_id").GetString()}";
    }

    public static IEnumerable<string> IdsOf(JsonElement snapshot) =>
        snapshot.GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("task_id").GetString()!);

    public async ValueTask DisposeAsync()
    {
        // Breaks the connection off, as one does who leaves in the middle.
        await _patience.CancelAsync();
        _answer.Dispose();
        try
        {
            await _events.DisposeAsync();
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or ObjectDisposedException or HttpRequestException)
        {
            // That was to be.
        }

        _patience.Dispose();
    }
}
