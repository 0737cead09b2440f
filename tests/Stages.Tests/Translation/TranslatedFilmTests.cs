using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Client.Stages;
using VideoGen.Stages.Intake;
using VideoGen.Stages.Narration;
using VideoGen.Stages.Speech;
using VideoGen.Stages.Tests.Contract;
using VideoGen.Stages.Tests.Media;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Tests.Translation;

/// <summary>A document becomes a film in its own language and one in another, with real programs.</summary>
public sealed class TranslatedFilmTests : IDisposable
{
    private const string Document =
        "---\ntitle: Our tea kitchen\nauthor: Rosa May\n---\n\n# Our tea kitchen\n\n## Water\n\nThe water must boil for 3 minutes. Then the tea is poured.\n\n"
        + "## Things\n\n- A large pot\n- Two cups\n- The file tea_list.txt\n";

    private static readonly Dictionary<string, string> German = new()
    {
        ["Our tea kitchen"] = "Unsere Teeküche",
        ["Water"] = "Das Wasser",
        ["Things"] = "Die Dinge",
        ["A large pot"] = "Eine große Kanne",
        ["Two cups"] = "Zwei Tassen",
        ["The file {1}"] = "Die Datei {1}",
        ["The water must boil for 3 minutes."] = "Das Wasser muss 3 Minuten lang kochen.",
        ["Then the tea is poured."] = "Dann wird der Tee aufgegossen.",
        ["By Rosa May."] = "Von Rosa May.",
    };

    private readonly StageBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task ADocumentBecomesAFilmInEachLanguage()
    {
        await using var server = TranslatingServer.Of((text, to) => German.GetValueOrDefault(text, $"Das heißt: {text}"));
        await using var services = new ServiceCollection()
            .AddDocumentStages(new ChatNarrationOptions { Endpoint = server.Endpoint, Model = "tiny" })
            .AddMediaStages(speech: new SpeechOptions())
            .BuildServiceProvider();
        IStage Stage(string kind) => services.GetServices<IStage>().Single(stage => stage.Kind == kind);
        var (scenes, _) = await _bench.ParseAsync(
            _bench.WriteFile("tea.md", Document), new VideoChoices { Translate = "de", Size = "640x360", Language = "en" });
        foreach (var stage in DocumentVideoPipeline.StagesOf([.. scenes.Scenes.Select(scene => scene.Id)], scenes.Translations))
        {
            var result = await _bench.RunAsync(Stage(stage.Name.Kind), stage.Name.Unit);
            Assert.Empty(result.Warnings);
        }

        var films = await _bench.RunAsync(Stage(DocumentVideoPipeline.OutputHandling));

        string[] plain =
        [
            ArtifactNames.Video, ArtifactNames.CaptionsSrt, ArtifactNames.CaptionsVtt, ArtifactNames.Thumbnail, "timing_report.json", ArtifactNames.Manifest,
        ];
        Assert.Equal([.. plain, .. plain.Select(name => ArtifactNames.In(name, "de"))], films.Artifacts.Select(artifact => artifact.Name));
        Keep(films);
        foreach (var (language, code, title) in ((string?, string, string)[])[(null, "eng", "Our tea kitchen"), ("de", "deu", "Unsere Teeküche")])
        {
            var video = PathOf(films, ArtifactNames.In(ArtifactNames.Video, language));
            Assert.Equal(["h264", "aac", "mov_text"], (await ProgramOutput.ProbeAsync(video, "stream=codec_name")).Take(3));
            Assert.Equal([title], await ProgramOutput.ProbeAsync(video, "format_tags=title"));
            Assert.Equal([code], await ProgramOutput.ProbeAsync(video, "stream_tags=language", "-select_streams", "a:0"));
        }

        var captions = _bench.ReadText(films, "captions.de.srt");
        Assert.Contains("Das Wasser muss 3 Minuten lang kochen.", captions, StringComparison.Ordinal);
        Assert.Contains("Die Datei tea_list.txt", captions, StringComparison.Ordinal);
        Assert.DoesNotContain("water", captions, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("The water must boil", _bench.ReadText(films, ArtifactNames.CaptionsSrt), StringComparison.Ordinal);
        Assert.NotEqual(_bench.ReadText(films, ArtifactNames.Thumbnail), _bench.ReadText(films, "thumbnail.de.png"));

        using var manifest = JsonDocument.Parse(_bench.ReadText(films, "manifest.de.json"));
        using var own = JsonDocument.Parse(_bench.ReadText(films, ArtifactNames.Manifest));
        Assert.InRange(manifest.RootElement.GetProperty("check").GetProperty("score").GetInt32(), 1, 100);
        Assert.Contains("audio_generation:scene-002.de", StagesOf(manifest));
        Assert.DoesNotContain("audio_generation:scene-002", StagesOf(manifest));
        Assert.DoesNotContain(StagesOf(own), stage => stage.Contains("de", StringComparison.Ordinal) && stage.Contains(".de", StringComparison.Ordinal));

        var film = Assert.Single(films.TaskResult!.Value.ToElement().GetProperty("translations").EnumerateArray());
        Assert.Equal("de", film.GetProperty("language").GetString());
        Assert.EndsWith("/video.de.mp4", film.GetProperty("video_path").GetString(), StringComparison.Ordinal);
        Assert.InRange(_bench.Progress[0].Fraction, 0, 0.1);
        Assert.Equal(_bench.Progress.Select(report => report.Fraction).Order(), _bench.Progress.Select(report => report.Fraction));
    }

    private static List<string> StagesOf(JsonDocument manifest) =>
        [.. manifest.RootElement.GetProperty("artifacts").EnumerateArray().Select(artifact => artifact.GetProperty("stage").GetString()!)];

    private string PathOf(StageResult result, string name) => _bench.Store.Resolve(result.Artifacts.Single(artifact => artifact.Name == name).Uri);

    /// <summary>For whoever wants to see them.</summary>
    private void Keep(StageResult films)
    {
        if (Environment.GetEnvironmentVariable("VIDEOGEN_SCREENSHOTS") is not { Length: > 0 } folder)
        {
            return;
        }

        foreach (var artifact in films.Artifacts)
        {
            File.Copy(_bench.Store.Resolve(artifact.Uri), Path.Combine(Directory.CreateDirectory(folder).FullName, artifact.Name), overwrite: true);
        }
    }
}
