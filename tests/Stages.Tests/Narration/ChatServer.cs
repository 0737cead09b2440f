using System.Net;
using System.Text;
using System.Text.Json;
using VideoGen.Silo.Hosting;

namespace VideoGen.Stages.Tests.Narration;

/// <summary>A small server that speaks OpenAI's chat completions on loopback, and answers as a test wants.</summary>
internal sealed class ChatServer : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;
    private readonly Func<JsonElement, (int Status, string Body)?> _answer;

    private readonly string? _retryAfter;

    /// <param name="answer">Status and body of each answer; null never answers.</param>
    /// <param name="retryAfter">The header of that name; null for none.</param>
    public ChatServer(Func<(int Status, string Body)?> answer, string? retryAfter = null)
        : this(_ => answer(), retryAfter)
    {
    }

    /// <param name="answer">Status and body of the answer to each request; null never answers.</param>
    /// <param name="retryAfter">The header of that name; null for none.</param>
    public ChatServer(Func<JsonElement, (int Status, string Body)?> answer, string? retryAfter = null)
    {
        _answer = answer;
        _retryAfter = retryAfter;
        Endpoint = new Uri($"http://127.0.0.1:{FreePort.Take()}/v1");
        _listener.Prefixes.Add($"http://127.0.0.1:{Endpoint.Port}/");
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Endpoint { get; }

    public List<JsonElement> Requests { get; } = [];

    public static (int Status, string Body) Says(string text) => (200, $$$"""
        {"id":"1","object":"chat.completion","created":1,"model":"tiny","choices":[
            {"index":0,"finish_reason":"stop","message":{"role":"assistant","content":{{{JsonSerializer.Serialize(text)}}} } } ] }
        """);

    /// <summary>What a request gives the model to work on.</summary>
    public static JsonElement DataOf(JsonElement request)
    {
        var content = request.GetProperty("messages")[1].GetProperty("content");
        return JsonDocument.Parse(
            content.ValueKind == JsonValueKind.String ? content.GetString()! : content[0].GetProperty("text").GetString()!).RootElement;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                using var request = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(request);
                if (request.Length < context.Request.ContentLength64)
                {
                    // Who asked gave up in the middle of it.
                    context.Response.Abort();
                    continue;
                }

                var asked = JsonSerializer.Deserialize<JsonElement>(request.ToArray());
                Requests.Add(asked);
                if (_answer(asked) is var (status, body))
                {
                    context.Response.StatusCode = status;
                    context.Response.ContentType = "application/json";
                    if (_retryAfter is not null)
                    {
                        context.Response.Headers["Retry-After"] = _retryAfter;
                    }

                    await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
                    context.Response.Close();
                }
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or IOException)
        {
            // The test is over, or who asked gave up.
        }
    }
}
