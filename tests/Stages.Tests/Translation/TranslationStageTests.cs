using System.Text.Json;
using VideoGen.Client.Stages;
using VideoGen.Stages.Documents;
using VideoGen.Stages.Intake;
using VideoGen.Stages.Scenes;
using VideoGen.Stages.Tests.Contract;
using VideoGen.Stages.Tests.Narration;
using VideoGen.Stages.Translation;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Tests.Translation;

public sealed class TranslationStageTests : IDisposable
{
    private const string Document =
        "# A small machine\n\n## Parts\n\n- The wheel turns\n- The `state_file` at https://example.com/state stays\n\n"
        + "## Numbers\n\n| Part | Weight | Note |\n|---|---|---|\n| Wheel | 1,234.5 | heavy |\n| Rope | 12 | light |\n\n"
        + "## Code\n\nIt is one line:\n\n```python\nprint('hello world')\n```\n";

    private readonly StageBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task EachTextIsTranslatedAndTheStructureStays()
    {
        await using var server = TranslatingServer.WithMarks();
        var scenes = await ParseAsync();
        foreach (var scene in scenes)
        {
            var (shown, script) = await TranslateAsync(server.Stage, scene.Id);

            Assert.Equal("de", shown.Language);
            Assert.Equal("de: A small machine", shown.VideoTitle);
            Assert.Equal((scene.Id, scene.Kind, scene.Code, scene.Language), (shown.Scene.Id, shown.Scene.Kind, shown.Scene.Code, shown.Scene.Language));
            Assert.Equal(scene.Kind == SceneKind.Closing ? "Danke fürs Zuschauen" : $"de: {scene.Title}", shown.Scene.Title);
            Assert.Equal($"de: {scene.Chapter}", shown.Scene.Chapter);
            Assert.Equal(scene.Lines.Length, shown.Scene.Lines.Length);
            Assert.Equal(scene.Points?.Length, shown.Scene.Points?.Length);
            Assert.Equal(scene.Rows.Select(row => row.Length), shown.Scene.Rows.Select(row => row.Length));
            Assert.NotEmpty(script.Sentences);
        }

        var list = await TranslateAsync(server.Stage, scenes.Single(scene => scene.Kind == SceneKind.List).Id);
        Assert.Equal(["de: The wheel turns", "de: The state_file at https://example.com/state stays"], list.Shown.Scene.Lines);
        Assert.Contains("de: The wheel turns.", list.Script.Sentences.Select(sentence => sentence.Text));
        var table = (await TranslateAsync(server.Stage, scenes.Single(scene => scene.Kind == SceneKind.Table).Id)).Shown.Scene;
        Assert.Equal(["de: Part", "de: Weight", "de: Note"], table.Columns);
        Assert.Equal(["de: Wheel", "1.234,5", "de: heavy"], table.Rows[0]);
        Assert.DoesNotContain(server.Asked.SelectMany(texts => texts), text => text.Contains("hello world", StringComparison.Ordinal)
            || text.Contains("https", StringComparison.Ordinal) || text.Contains("state_file", StringComparison.Ordinal));
        Assert.All(server.Asked, texts => Assert.Equal(texts.Distinct(), texts));
    }

    [Fact]
    public async Task WhatDoesNotFitIsAskedForOnceMoreAndAloneAndThenTheTaskTriesAgain()
    {
        // A number of the item goes lost each time.
        await using var server = TranslatingServer.Of((text, to) => $"{to}: {text.Replace("7", "", StringComparison.Ordinal)}");
        var scenes = await ParseAsync("# A\n\n## B\n\n- one item\n- 7 items\n");
        await _bench.RunAsync(server.Stage, "de");
        server.Asked.Clear();

        var failure = await Assert.ThrowsAsync<StageFailedException>(() => _bench.RunAsync(server.Stage, $"{scenes[1].Id}.de"));

        Assert.Equal(("chat.misfit", true), (failure.Code, failure.Retryable));
        Assert.Contains("7 items", failure.Message, StringComparison.Ordinal);
        Assert.Equal(2, server.Asked.Count);
        Assert.Equal(["7 items"], server.Asked.Last());
    }

    [Theory]
    [InlineData("no JSON at all")]
    [InlineData("{\"texts\": [\"zu wenig\"]}")]
    [InlineData("{\"texts\": [null, null, null, null]}")]
    [InlineData("{\"texts\": [1, 2, 3, 4]}")]
    [InlineData("{\"texts\": [\"\\ud800\", \"b\", \"c\", \"d\"]}")]
    [InlineData("{\"other\": true}")]
    public async Task AnAnswerOfAnotherFormIsNone(string answer)
    {
        await using var server = new TranslatingServer((_, _) => answer);
        var failure = await Assert.ThrowsAsync<StageFailedException>(
            () => server.Translator.TranslateAsync("en", "de", "A", ["a b", "c d", "e f", "g h"], TestContext.Current.CancellationToken));

        Assert.Equal("chat.misfit", failure.Code);
        Assert.Equal(2, server.Asked.Count);
    }

    [Theory]
    [InlineData("<think>{hm}</think>```json\n{\"texts\": [\"**Eins**\", \"zwei\\nund\"]}\n```", "Eins", "zwei und")]
    [InlineData("[\"Eins\", \"zwei\"]", "Eins", "zwei")]
    public async Task WhatAModelAddsIsDropped(string answer, string first, string second)
    {
        await using var server = new TranslatingServer((_, _) => answer);

        Assert.Equal([first, second], await server.Translator.TranslateAsync("en", "de", "A", ["One", "two"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ATextThatGrowsBeyondMeasureOrComesBackAsItWasIsNoTranslation()
    {
        await using var endless = TranslatingServer.Of((text, _) => string.Concat(Enumerable.Repeat("viel ", 1_000)));
        await using var echo = TranslatingServer.Of((text, _) => text);
        foreach (var server in (TranslatingServer[])[endless, echo])
        {
            var failure = await Assert.ThrowsAsync<StageFailedException>(() => server.Translator.TranslateAsync(
                "en", "de", "A", ["This has more than five words."], TestContext.Current.CancellationToken));
            Assert.Equal("chat.misfit", failure.Code);
        }

        Assert.Equal(["Ada Lovelace"], await echo.Translator.TranslateAsync("en", "de", "A", ["Ada Lovelace"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ManyTextsGoInSeveralRequestsAndKeepTheirOrder()
    {
        await using var server = TranslatingServer.WithMarks();
        string[] texts = [.. Enumerable.Range(1, (2 * ChatTranslator.MaxTexts) + 1).Select(number => $"Text {number}")];

        var translations = await server.Translator.TranslateAsync("en", "de", "A", texts, TestContext.Current.CancellationToken);

        Assert.Equal(texts.Select(text => $"de: {text}"), translations);
        Assert.Equal([ChatTranslator.MaxTexts, ChatTranslator.MaxTexts, 1], server.Asked.Select(asked => asked.Length));
    }

    [Fact]
    public async Task TheLastAttemptLeavesTheSceneAsItIsAllOfItAndSaysSo()
    {
        await using var server = TranslatingServer.WithMarks();
        await using var broken = new TranslatingServer((texts, _) => "no");
        var scene = (await ParseAsync())[1];
        await _bench.RunAsync(server.Stage, "de");

        var result = await _bench.RunAsync(broken.Stage, $"{scene.Id}.de", attempt: 3);

        var translated = JsonSerializer.Deserialize(_bench.ReadText(result, ArtifactNames.TranslatedScene), VideoJson.TranslatedScene)!;
        Assert.Equal(("en", "A small machine", scene.Title), (translated.Language, translated.VideoTitle, translated.Scene.Title));
        Assert.Equal(scene.Lines, translated.Scene.Lines);
        Assert.Contains("scene-002, \"Parts\", stays in en in the film in de.", Assert.Single(result.Warnings), StringComparison.Ordinal);
        var own = await _bench.WriteScriptAsync(scene.Id);
        Assert.Equal(own.Sentences, JsonSerializer.Deserialize(_bench.ReadText(result, ArtifactNames.Script), VideoJson.SceneScript)!.Sentences);

        var headings = await _bench.RunAsync(broken.Stage, "de", attempt: 3);
        Assert.Contains("The headings stay in en in the film in de.", Assert.Single(headings.Warnings), StringComparison.Ordinal);
        Assert.Equal("Parts", JsonSerializer.Deserialize(_bench.ReadText(headings, ArtifactNames.Headings), VideoJson.Headings)!.Of("Parts"));
    }

    [Fact]
    public async Task AWorkerWithoutAModelSaysWhatToSet()
    {
        await ParseAsync();
        var failure = await Assert.ThrowsAsync<StageFailedException>(() => _bench.RunAsync(new TranslationStage(), "de"));

        Assert.Equal(("chat.not_configured", true), (failure.Code, failure.IsLackOfWorker));
        Assert.Contains("VIDEOGEN_CHAT_ENDPOINT", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARefusalIsNoReasonToShowTheOtherLanguage()
    {
        await using var server = new ChatServer(() => (401, "{}"));
        using var model = new Stages.Narration.ChatModel(
            new Stages.Narration.ChatNarrationOptions { Endpoint = server.Endpoint, Model = "tiny" }, TimeProvider.System);
        await ParseAsync();
        var failure = await Assert.ThrowsAsync<StageFailedException>(
            () => _bench.RunAsync(new TranslationStage(new ChatTranslator(model)), "de", attempt: 3));

        Assert.Equal("chat.refused", failure.Code);
    }

    [Fact]
    public async Task TheAuthorsNameStays()
    {
        await using var server = TranslatingServer.WithMarks();
        var scenes = await ParseAsync("---\nauthor: Rosa May\n---\n# A\n\n## B\n\nSome words.\n");

        Assert.Equal("Rosa May", (await TranslateAsync(server.Stage, scenes[0].Id)).Shown.Scene.Subtitle);
    }

    private async Task<Scene[]> ParseAsync(string document = Document)
    {
        var (scenes, _) = await _bench.ParseAsync(_bench.WriteFile("machine.md", document), new VideoChoices { Translate = "de", Language = "en" });
        foreach (var scene in scenes.Scenes)
        {
            await _bench.WriteScriptAsync(scene.Id);
        }

        Assert.Equal(["de"], scenes.Translations);
        return [.. scenes.Scenes];
    }

    private async Task<(TranslatedScene Shown, SceneScript Script)> TranslateAsync(TranslationStage stage, string scene)
    {
        await _bench.RunAsync(stage, "de");
        var result = await _bench.RunAsync(stage, $"{scene}.de");
        return (
            JsonSerializer.Deserialize(_bench.ReadText(result, ArtifactNames.TranslatedScene), VideoJson.TranslatedScene)!,
            JsonSerializer.Deserialize(_bench.ReadText(result, ArtifactNames.Script), VideoJson.SceneScript)!);
    }
}
