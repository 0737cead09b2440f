using Microsoft.Extensions.DependencyInjection;
using VideoGen.Client.Stages;
using VideoGen.Stages.Media;

namespace VideoGen.Stages.Tests.Media;

/// <summary>Machines on which a program is not installed.</summary>
public sealed class MissingToolTests : IDisposable
{
    private const string NoFfmpeg =
        "ffmpeg is not installed. Install the package ffmpeg (apt-get install ffmpeg, dnf install ffmpeg or brew install ffmpeg).";

    private readonly string _bin = Directory.CreateTempSubdirectory("videogen-tests-").FullName;

    public void Dispose() => Directory.Delete(_bin, recursive: true);

    [Theory]
    [InlineData("audio_generation", 1)]
    [InlineData("video_generation", 1)]
    [InlineData("output_handling", 2)]
    [InlineData("input_adaptation", 0)]
    [InlineData("content_parsing", 0)]
    [InlineData("script_generation", 0)]
    public async Task AStageSaysWhichProgramsItLacks(string kind, int programs)
    {
        await using var services = new ServiceCollection().AddDocumentStages().AddMediaStages(media => media.SearchPath = _bin).BuildServiceProvider();
        var stage = services.GetServices<IStage>().Single(stage => stage.Kind == kind);

        var lacking = await stage.CheckNeedsAsync(TestContext.Current.CancellationToken);
        Assert.Equal(programs, lacking.Length);
        Assert.Equal(programs > 0, lacking.Contains(NoFfmpeg));

        // The programs of this machine.
        services.GetRequiredService<MediaOptions>().SearchPath = new MediaOptions().SearchPath;
        Assert.Empty(await stage.CheckNeedsAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task AnAttemptWithoutTheProgramFailsWithTheSameWords()
    {
        await using var production = await new Production().WithScenesAsync(Production.TextScene("scene-001", "A title", "One line that is drawn."));
        production.SearchPath = _bin;

        var failure = await Assert.ThrowsAsync<StageFailedException>(
            () => production.RunAsync("audio_generation:scene-001", TestContext.Current.CancellationToken));

        Assert.Equal("ffmpeg.missing", failure.Code);
        Assert.Equal($"{NoFfmpeg[..^1]}, then retry the task.", failure.Message);
    }
}
