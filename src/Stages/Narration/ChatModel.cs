using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net.Http.Headers;
using Microsoft.Extensions.AI;
using OpenAI;
using VideoGen.Client.Stages;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Narration;

/// <summary>
/// The configured chat model. What it is to work on goes as data, apart from what it is to do; nothing in a document is an instruction.
/// </summary>
internal sealed class ChatModel : IDisposable
{
    private readonly IChatClient _client;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;

    public ChatModel(ChatNarrationOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!options.IsConfigured)
        {
            throw new ArgumentException("A chat model needs an endpoint and a name.", nameof(options));
        }

        _timeout = options.Timeout;
        _time = time;
        Identity = $"{options.Endpoint} {options.Model}";

        // Attempts are the task's business: its retry policy counts them and waits between them.
        var client = new OpenAIClientOptions
        {
            Endpoint = options.Endpoint,
            NetworkTimeout = options.Timeout,
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
        };
        var key = new ApiKeyCredential(string.IsNullOrEmpty(options.ApiKey) ? "none" : options.ApiKey);
        _client = new OpenAI.Chat.ChatClient(options.Model, key, client).AsIChatClient();
    }

    /// <summary>Whom it asks.</summary>
    public string Identity { get; }

    public void Dispose() => _client.Dispose();

    /// <summary>What the model answers, as it answers.</summary>
    /// <param name="task">What it is to do.</param>
    /// <param name="data">What it is to work on.</param>
    /// <param name="maxTokens">The most tokens of the answer.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StageFailedException">
    /// <c>chat.busy</c> (it said when to ask again), <c>chat.unavailable</c> (another attempt may help) or <c>chat.refused</c>.
    /// </exception>
    public async Task<string> AskAsync(string task, string data, int maxTokens, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(_timeout);
        try
        {
            var answer = await _client.GetResponseAsync(
                [new ChatMessage(ChatRole.System, task), new ChatMessage(ChatRole.User, data)],
                new ChatOptions { MaxOutputTokens = maxTokens, Temperature = 0.3f },
                timeout.Token).ConfigureAwait(false);
            return answer.Text;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw Explain(exception);
        }
    }

    /// <summary>What a model thinks before it answers is no part of its answer.</summary>
    public static string WithoutThoughts(string answer)
    {
        const string End = "</think>";
        var thought = answer.LastIndexOf(End, StringComparison.Ordinal);
        return thought < 0 ? answer : answer[(thought + End.Length)..];
    }

    private StageFailedException Explain(Exception exception) => exception switch
    {
        ClientResultException { Status: 408 or 429 or >= 500 } busy when WaitOf(busy) is { } wait => new(
            "chat.busy", $"The chat model answered {busy.Status} and wants to be asked again in {wait.TotalSeconds:0} s.", retryable: true, exception)
        {
            RetryAfter = wait,
        },
        ClientResultException { Status: 408 or 429 or >= 500 } busy =>
            new("chat.unavailable", $"The chat model could not answer just now (HTTP {busy.Status}).", retryable: true, exception),
        ClientResultException { Status: > 0 } refused => new(
            "chat.refused",
                $"The chat endpoint refused the request (HTTP {refused.Status}). Check VIDEOGEN_CHAT_ENDPOINT, _MODEL and _API_KEY.",
            innerException: exception),
        OperationCanceledException =>
            new("chat.unavailable", $"The chat model did not answer within {_timeout.TotalSeconds:0} seconds.", retryable: true, exception),
        _ => new(
            "chat.unavailable", $"The chat endpoint could not be reached, or its answer cannot be read: {exception.Message}", retryable: true, exception),
    };

    private TimeSpan? WaitOf(ClientResultException busy) =>
        busy.GetRawResponse() is { } response && response.Headers.TryGetValue("Retry-After", out var text)
            && RetryConditionHeaderValue.TryParse(text, out var header) ? header.WaitFrom(_time.GetUtcNow()) : null;
}
