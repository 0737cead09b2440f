using VideoGen.Silo.Api;
using VideoGen.Tasks;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Tests.Dashboard;

[Collection(SharedSilo.Name)]
public sealed class FinishedVideoTests(SiloApplication app)
{
    /// <summary>The file with the plainest name is in the document's own language, whatever the order of the names.</summary>
    [Fact]
    public async Task AFilmInSeveralLanguagesIsPlayedInItsOwnAndTheOthersAreLinked()
    {
        const string Files = "/api/tasks/page-languages/artifacts/output_handling";
        var task = await VideoTask.CreateAsync(app, "page-languages");
        await task.ParseAsync(1);
        await task.DoAsync("audio_generation:scene-01");
        await task.DoAsync("video_generation:scene-01");
        await task.DoAsync(
            "output_handling",
            [.. new[] { "video.de.mp4", "video.mp4", "video.pt-BR.mp4" }.Select(name => task.Store("output_handling", name, [1], "video/mp4")),
             .. new[] { "video.de.vtt", "video.vtt" }.Select(name => task.Store("output_handling", name, [2], "text/vtt"))]);

        var page = await app.Http.GetStringAsync(new Uri("/tasks/page-languages", UriKind.Relative), TestContext.Current.CancellationToken);
        var video = page[page.IndexOf("id=\"video\"", StringComparison.Ordinal)..];

        Assert.Contains($"src=\"{Files}/video.mp4\"", video, StringComparison.Ordinal);
        Assert.Contains($"src=\"{Files}/video.vtt\"", video, StringComparison.Ordinal);
        Assert.Contains($"""<a class="button" href="{Files}/video.de.mp4" target="_blank">video.de.mp4</a>""", video, StringComparison.Ordinal);
        Assert.Contains($"""<a class="button" href="{Files}/video.pt-BR.mp4" target="_blank">video.pt-BR.mp4</a>""", video, StringComparison.Ordinal);
    }

    /// <summary>A language that nobody chose is in the input too, and yields to the document: captions are not said to be in it.</summary>
    [Theory]
    [InlineData(VideoTask.GermanChosen, "de")]
    [InlineData("""{"languages": ["de"], "chosen": ["voice"]}""", null)]
    [InlineData("""{"languages": [], "chosen": ["language"]}""", null)]
    [InlineData("""{"languages": [4], "chosen": ["language"]}""", null)]
    [InlineData("""{"languages": "de", "chosen": "language"}""", null)]
    [InlineData("[]", null)]
    [InlineData("{}", null)]
    public void TheLanguageOfAFilmIsTheOneThatSomebodyChose(string input, string? language)
    {
        var state = new TaskState { TaskId = TaskId.Parse("film-language"), CreatedAt = default, InputConfig = JsonText.Parse(input) };

        Assert.Equal(language, FilmLanguage.Of(state));
    }
}
