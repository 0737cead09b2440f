using VideoGen.Stages.Documents;
using VideoGen.Stages.Intake;
using VideoGen.Stages.Scenes;
using VideoGen.Stages.Tests.Contract;
using VideoGen.Stages.Video;
using VideoGen.Tasks;
using VideoGen.Tasks.Rules;

namespace VideoGen.Stages.Tests.Translation;

public sealed class TranslatedPipelineTests : IDisposable
{
    private readonly StageBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task WithoutTranslationsATaskIsWhatItWas()
    {
        Assert.Same(DocumentVideoPipeline.Definition, DocumentVideoPipeline.DefinitionOf(null));
        Assert.Same(DocumentVideoPipeline.Definition, DocumentVideoPipeline.DefinitionOf([]));
        Assert.Equal(
            ["input_adaptation", "content_parsing", "script_generation", "audio_generation", "video_generation", "output_handling"],
            DocumentVideoPipeline.Definition.Stages.Select(stage => stage.Name.Value));
        Assert.Equal(
            [
                "script_generation:scene-001", "audio_generation:scene-001", "video_generation:scene-001",
                "script_generation:scene-002", "audio_generation:scene-002", "video_generation:scene-002",
            ],
            DocumentVideoPipeline.StagesOf(["scene-001", "scene-002"]).Select(stage => stage.Name.Value));
        Assert.Equal(100, DocumentVideoPipeline.MaxScenesOf(0));

        var (input, _) = await _bench.TakeAsync(_bench.WriteFile("a.md", "# A\n\nWords."));
        var (_, parsed) = await _bench.ParseAsync(_bench.WriteFile("a.md", "# A\n\nWords."));
        Assert.Null(input.Translate);
        Assert.DoesNotContain("translat", input.ToJson().Value, StringComparison.Ordinal);
        Assert.DoesNotContain("translat", _bench.ReadText(parsed, ArtifactNames.Scenes), StringComparison.Ordinal);
        Assert.Equal("video.mp4", ArtifactNames.In(ArtifactNames.Video, null));
    }

    [Fact]
    public void ATranslatedTaskHasAGroupMoreAndItsScenesPassThroughIt()
    {
        var definition = DocumentVideoPipeline.DefinitionOf(["de"]);
        Assert.Empty(PipelineValidation.Check(definition));
        Assert.Equal(
            ["input_adaptation", "content_parsing", "script_generation", "translation", "audio_generation", "video_generation", "output_handling"],
            definition.Stages.Select(stage => stage.Name.Value));
        Assert.Equal(
            [
                "script_generation:scene-001", "audio_generation:scene-001", "video_generation:scene-001", "translation:de", "translation:scene-001.de",
                "audio_generation:scene-001.de", "video_generation:scene-001.de",
            ],
            DocumentVideoPipeline.StagesOf(["scene-001"], ["de"]).Select(stage => stage.Name.Value));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    public void AsManyScenesAsTheStagesOfATaskAllow(int translations)
    {
        var scenes = Enumerable.Range(1, DocumentVideoPipeline.MaxScenesOf(translations)).Select(number => $"scene-{number:000}").ToArray();
        var added = DocumentVideoPipeline.StagesOf(scenes, [.. Enumerable.Range(0, translations).Select(number => $"x{number}")]);

        Assert.InRange(scenes.Length, translations < 6 ? 100 : 70, 100);
        Assert.InRange(added.Length + DocumentVideoPipeline.DefinitionOf(["x"]).Stages.Length, 1, Limits.MaxStages);
    }

    [Fact]
    public async Task WhatWasChosenGoesBeforeTheFrontMatterAndEachLanguageCountsOnce()
    {
        var path = _bench.WriteFile("a.md", "---\ntranslate: [french, pt_br]\nlang: en\n---\n# A\n");

        Assert.Equal(["fr", "pt-BR"], (await _bench.TakeAsync(path)).Input.Translate);
        Assert.Equal(["de", "zh-Hant"], (await _bench.TakeAsync(path, new VideoChoices { Translate = "DE, deutsch,zh-hant" })).Input.Translate);
    }

    [Theory]
    [InlineData("elvish", "'elvish' is not a language; write a tag such as de, fr or pt-BR")]
    [InlineData("de,,fr", "has an empty place between its commas")]
    [InlineData("de,fr,es,it,pt,nl,sv,da,pl", "it names 9 languages; 8 are the most")]
    [InlineData("de,en-GB", "The document is in en itself, so its video is not translated into en-GB.")]
    public async Task ALanguageThatCannotBeIsRefusedBeforeAnythingIsMade(string languages, string message)
    {
        var path = _bench.WriteFile("a.md", "---\nlang: en\n---\n# A\n");
        var exception = await Assert.ThrowsAsync<DocumentException>(() => _bench.TakeAsync(path, new VideoChoices { Translate = languages }));

        Assert.Equal("choice.translate", exception.Code);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_bench.Root, "artifacts", "inputs")));
    }

    [Fact]
    public async Task WithoutAChatModelNothingIsTranslated()
    {
        var intake = new DocumentIntake(_bench.Store, ["slt"], isChatConfigured: false);
        var exception = await Assert.ThrowsAsync<DocumentException>(() => intake.TakeAsync(
            _bench.WriteFile("a.md", "---\nlang: en\n---\n# A\n"), new VideoChoices { Translate = "de" }, TestContext.Current.CancellationToken));

        Assert.Equal("choice.translate", exception.Code);
        Assert.Contains("VIDEOGEN_CHAT_ENDPOINT", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("de, en-GB, fr", true, new[] { "de", "fr" }, false)]
    [InlineData("en-GB", true, null, false)]
    [InlineData("de, en", false, null, true)]
    [InlineData("en", false, null, false)]
    public async Task WhatTheFrontMatterAsksForAndCannotBeHadStopsNoFilm(string languages, bool isChatConfigured, string[]? taken, bool isWarned)
    {
        var intake = new DocumentIntake(_bench.Store, ["slt"], isChatConfigured);
        var path = _bench.WriteFile("a.md", $"---\nlang: en\ntranslate: {languages}\n---\n# A\n");

        var (input, _) = await intake.TakeAsync(path, new VideoChoices(), TestContext.Current.CancellationToken);
        _bench.Input = input.ToJson().ToElement();
        var result = await _bench.RunAsync(new InputAdaptationStage());

        Assert.Equal(taken, input.Translate?.ToArray());
        Assert.Equal(isWarned, result.Warnings.Any(warning => warning.Contains("asks for the video in de too", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("yes")]
    [InlineData("no")]
    [InlineData("elvish")]
    public async Task AnotherProgramsWordInTheFrontMatterIsPassedOverWithAWarning(string value)
    {
        await _bench.TakeAsync(_bench.WriteFile("a.md", $"---\ntranslate: {value}\n---\n# A\n"));
        var result = await _bench.RunAsync(new InputAdaptationStage());

        Assert.Contains($"'{value}' is not a", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnInputWithLanguagesThatAreNoneIsRefused()
    {
        var (input, _) = await _bench.TakeAsync(_bench.WriteFile("a.md", "# A\n\nWords."));
        _bench.Input = (input with { Translate = ["../x"] }).ToJson().ToElement();
        await _bench.RunAsync(new InputAdaptationStage());

        var failure = await Assert.ThrowsAsync<Client.Stages.StageFailedException>(() => _bench.RunAsync(new ContentParsingStage()));
        Assert.Equal("input.invalid", failure.Code);
    }

    [Theory]
    [InlineData("video.de.mp4", "de")]
    [InlineData("video.pt-BR.mp4", "pt-BR")]
    [InlineData("video.mp4", null)]
    [InlineData("videos.de.mp4", null)]
    [InlineData("video.de.srt", null)]
    public void TheNameOfAFilmSaysItsLanguage(string name, string? language) =>
        Assert.Equal(language, ArtifactNames.LanguageOf(name, ArtifactNames.Video));
}
