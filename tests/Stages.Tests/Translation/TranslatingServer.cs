using System.Collections.Concurrent;
using System.Text.Json;
using VideoGen.Stages.Narration;
using VideoGen.Stages.Tests.Narration;
using VideoGen.Stages.Translation;

namespace VideoGen.Stages.Tests.Translation;

/// <summary>A chat model that translates a text at a time, as a test wants.</summary>
internal sealed class TranslatingServer : IAsyncDisposable
{
    private readonly ChatServer _server;
    private readonly ChatModel _model;

    /// <param name="answer">What is answered to texts and a language.</param>
    public TranslatingServer(Func<string[], string, string> answer)
    {
        _server = new ChatServer(request =>
        {
            var data = ChatServer.DataOf(request);
            string[] texts = [.. data.GetProperty("texts").EnumerateArray().Select(text => text.GetString()!)];
            Asked.Enqueue(texts);
            return ChatServer.Says(answer(texts, data.GetProperty("to").GetString()!));
        });
        _model = new ChatModel(new ChatNarrationOptions { Endpoint = _server.Endpoint, Model = "tiny" }, TimeProvider.System);
    }

    /// <summary>The texts of each request.</summary>
    public ConcurrentQueue<string[]> Asked { get; } = [];

    public Uri Endpoint => _server.Endpoint;

    public ChatTranslator Translator => new(_model);

    public TranslationStage Stage => new(Translator);

    /// <param name="translate">The translation of a text into a language.</param>
    public static TranslatingServer Of(Func<string, string, string> translate) =>
        new((texts, to) => JsonSerializer.Serialize(new { texts = texts.Select(text => translate(text, to)) }));

    /// <summary>The language before the text, so that it is another one.</summary>
    public static TranslatingServer WithMarks() => Of((text, to) => $"{to}: {text}");

    public async ValueTask DisposeAsync()
    {
        _model.Dispose();
        await _server.DisposeAsync();
    }
}
