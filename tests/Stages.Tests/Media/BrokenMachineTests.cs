using Microsoft.Extensions.Time.Testing;
using VideoGen.Client.Stages;
using VideoGen.Stages.Media;

namespace VideoGen.Stages.Tests.Media;

/// <summary>Disks that are really full, and programs that never end.</summary>
public sealed class BrokenMachineTests
{
    [Theory]
    [InlineData("audio_generation:scene-001", 32)]
    [InlineData("video_generation:scene-001", 4)]
    [InlineData("output_handling", 180)]
    public async Task AFullDiskIsNamedAndNothingIsStored(string stage, int freeKilobytes)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && OperatingSystem.IsLinux(), "Only root can mount a small disk.");
        await using var production = await MadeAsync();
        var disk = production.WorkFolder("disk");
        await ProgramOutput.OfAsync("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk);
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(disk, "filling"), new byte[(1024 - freeKilobytes) * 1024], TestContext.Current.CancellationToken);
            production.WorkingDirectory = disk;

            var failure = await Assert.ThrowsAsync<StageFailedException>(() => production.RunAsync(stage, TestContext.Current.CancellationToken));

            Assert.Equal("disk.full", failure.Code);
            Assert.Contains("Free some space", failure.Message, StringComparison.Ordinal);
            Assert.True(failure.Retryable);
            Assert.False(Directory.Exists(production.Store.Resolve($"task/{stage.Replace(':', '.')}/2")), "Something was stored.");
        }
        finally
        {
            await ProgramOutput.OfAsync("umount", disk);
        }
    }

    [Theory]
    [InlineData("audio_generation:scene-001", "Speaking with ffmpeg")]
    [InlineData("video_generation:scene-001", "Encoding scene-001")]
    [InlineData("output_handling", "Joining the scenes")]
    public async Task AProgramThatHangsIsKilledAndTheStageSaysSo(string stage, string purpose)
    {
        var time = new FakeTimeProvider();
        await using var production = await MadeAsync(time);
        var bin = production.WorkFolder("bin");
        var written = Path.Combine(bin, "written");
        production.SearchPath = new FakeTool(bin, "ffmpeg", $"trap '' TERM; echo $$ > {FakeTool.Quote(written)}; exec sleep 600").SearchPath;
        var options = production.Get<MediaOptions>();
        (options.ShortRunTimeout, options.EncodeTimeout) = (TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(90));

        var running = production.RunAsync(stage, TestContext.Current.CancellationToken);
        await WrittenProcess.BeganAsync(written);
        await time.PassUntilEndOfAsync(running);

        var failure = await Assert.ThrowsAsync<StageFailedException>(() => running);
        Assert.Equal("ffmpeg.timeout", failure.Code);
        Assert.StartsWith($"{purpose} did not end within 90 seconds, so ffmpeg was stopped.", failure.Message, StringComparison.Ordinal);
        Assert.True(failure.Retryable);
        await WrittenProcess.IsGoneAsync(written);
    }

    /// <summary>A task of one scene, all of whose stages but the last were completed, one attempt before.</summary>
    private static async Task<Production> MadeAsync(TimeProvider? time = null)
    {
        var production = await new Production(time: time).WithScenesAsync(
            Production.TextScene("scene-001", "A title", "One line that is drawn.", "And another one, so that there is something to see."));
        await production.WithScriptAsync("scene-001", "This is one sentence that takes a while to say.", "And this is another one, for good measure.");
        production.ArtifactAttempt = 1;
        await production.SpeakAsync("scene-001");
        await production.DrawAsync("scene-001");
        production.ArtifactAttempt = 2;
        return production;
    }
}
