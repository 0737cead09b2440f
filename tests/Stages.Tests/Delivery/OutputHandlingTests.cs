using VideoGen.Stages.DocumentVideo;
using VideoGen.Stages.Tests.Media;

namespace VideoGen.Stages.Tests.Delivery;

public sealed class OutputHandlingTests
{
    [Fact]
    public async Task VoicesAndClipsOfTwoScenesBecomeOneVideoWithSoundCaptionsAndChapters()
    {
        await using var production = await new Production().WithScenesAsync(
            Production.TextScene("scene-001", "First", "One line."), Production.TextScene("scene-002", "Second", "Another line."));
        foreach (var scene in new[] { "scene-001", "scene-002" })
        {
            await production.WithScriptAsync(scene, "This is one sentence.", "And this is the next one.");
            await production.SpeakAsync(scene);
            await production.DrawAsync(scene);
        }

        var result = await production.JoinAsync();

        var video = production.PathOf(result, ArtifactNames.Video);
        Assert.Equal(["h264", "aac", "mov_text"], (await ProgramOutput.ProbeAsync(video, "stream=codec_name")).Take(3));
    }
}
