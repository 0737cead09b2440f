using VideoGen.Stages.Media;
using VideoGen.Stages.Piper;
using VideoGen.Stages.Speech;
using VideoGen.Stages.Tests.Media;

namespace VideoGen.Stages.Tests.Speech;

public sealed class VoicesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("videogen-tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task AFestivalThatFailedOnce_IsAskedAgain()
    {
        var failed = FakeTool.Quote(Path.Combine(_folder, "failed"));
        var festival = new FakeTool(_folder, "festival", $"[ -e {failed} ] || {"{"} touch {failed}; exit 1; {"}"}\necho '({FestivalSpeaker.VoiceName})'");
        var tools = new MediaToolRunner(new MediaOptions { SearchPath = festival.SearchPath }, TimeProvider.System);
        var voices = new Voices(tools, new SpeechOptions(), new PiperModels([]));

        Assert.DoesNotContain(await voices.ListAsync(TestContext.Current.CancellationToken), voice => voice.Engine == SpeechEngine.Festival);
        Assert.Contains(await voices.ListAsync(TestContext.Current.CancellationToken), voice => voice.Engine == SpeechEngine.Festival);
    }
}
