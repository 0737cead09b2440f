using VideoGen.Client.Stages;
using VideoGen.Stages.Tests.Contract;
using VideoGen.Stages.Tests.Media;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Tests.Video;

public sealed class ArtifactJsonTests
{
    [Theory]
    [InlineData("script_generation:scene-001")]
    [InlineData("audio_generation:scene-001")]
    [InlineData("video_generation:scene-001")]
    [InlineData("output_handling")]
    public async Task AnArtifactThatIsNotWhatItsNameSaysHasOneCodeWhicheverStageReadsIt(string stage)
    {
        await using var production = await new Production().WithScenesAsync(Production.TextScene("scene-001", "A title"));
        await production.StoreAsync(DocumentVideoPipeline.InputAdaptation, ArtifactNames.VideoConfig, "[]"u8.ToArray());

        var failure = await Assert.ThrowsAsync<StageFailedException>(() => production.RunAsync(stage, TestContext.Current.CancellationToken));

        Assert.Equal("artifact.unreadable", failure.Code);
        Assert.Contains("video_config.json of stage input_adaptation", failure.Message, StringComparison.Ordinal);
        Assert.Contains(stage, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnArtifactIsWrittenSoThatAPersonCanReadIt()
    {
        using var bench = new StageBench();
        var script = new SceneScript("scene-001", [new ScriptSentence("Grüße, <b>\"漢字\"</b>")]);

        var artifact = await bench.CreateContext("script_generation:scene-001").SaveJsonAsync(
            ArtifactNames.Script, script, VideoJson.SceneScript, TestContext.Current.CancellationToken);

        Assert.Equal(
            """
            {
              "scene_id": "scene-001",
              "sentences": [
                {
                  "text": "Grüße, <b>\"漢字\"</b>"
                }
              ]
            }
            """.ReplaceLineEndings("\n"),
            await File.ReadAllTextAsync(bench.Store.Resolve(artifact.Uri), TestContext.Current.CancellationToken));
        Assert.Equal("application/json", artifact.MediaType);
    }
}
