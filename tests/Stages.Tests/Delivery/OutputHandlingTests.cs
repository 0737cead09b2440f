using System.Globalization;
using System.Text.Json;
using VideoGen.Client.Stages;
using VideoGen.Stages.Tests.Media;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Tests.Delivery;

public sealed class OutputHandlingTests
{
    [Theory]
    [InlineData(24)]
    [InlineData(60)]
    public async Task VoicesAndClipsBecomeOneVideoWithSoundCaptionsAndChapters(int frameRate)
    {
        await using var production = await MadeAsync(frameRate);
        production.Progress.Clear();

        var result = await production.JoinAsync();

        var video = production.PathOf(result, ArtifactNames.Video);
        var frames = FramesOf(result, production);
        Assert.Equal(["h264", "aac", "mov_text"], (await ProgramOutput.ProbeAsync(video, "stream=codec_name")).Take(3));
        // The second is too short to be a chapter of its own.
        Assert.Equal(["First = 1; #2"], await ProgramOutput.ProbeAsync(video, "chapter_tags=title"));
        Assert.Equal(["A small video"], await ProgramOutput.ProbeAsync(video, "format_tags=title"));

        // Each picture follows the one before after exactly one frame, over the seams between clips too.
        var times = (await ProgramOutput.ProbeAsync(video, "packet=pts_time", "-select_streams", "v:0")).Select(
            time => double.Parse(time, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(frames, times.Count);
        Assert.All(times.Select((time, i) => (time, i)), entry => Assert.Equal(entry.i / (double)frameRate, entry.time, 5));

        // Faststart: the index comes before the data.
        var head = await File.ReadAllBytesAsync(video, TestContext.Current.CancellationToken);
        Assert.True(head.AsSpan().IndexOf("moov"u8) < head.AsSpan().IndexOf("mdat"u8));
        Assert.Equal([0.05, 0.1, 0.2, 0.7, 0.85, 0.9, 1.0], production.Progress.Select(
            report => report.Fraction).Where(fraction => fraction is <= 0.2 or >= 0.7).Distinct());
    }

    [Fact]
    public async Task CharactersThatNoFontHasStandInTheManifestAndCost()
    {
        await using var production = await new Production().WithScenesAsync(Production.TextScene("scene-001", "Signs", "Here is one: \U00010FFF."));
        await production.WithScriptAsync("scene-001", "Here is one.");
        await production.SpeakAsync("scene-001");
        await production.DrawAsync("scene-001");

        var result = await production.JoinAsync();

        var manifest = JsonDocument.Parse(
            await File.ReadAllBytesAsync(production.PathOf(result, ArtifactNames.Manifest), TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal("\U00010FFF", Assert.Single(manifest.GetProperty("missing_characters").EnumerateArray()).GetString());
        Assert.Contains(
            manifest.GetProperty("check").GetProperty("findings").EnumerateArray(), finding => finding.GetProperty("rule").GetString() == "text.boxes");
    }

    [Fact]
    public async Task EachSceneIsSeenWithinOneFrameOfItsVoice()
    {
        await using var production = await MadeAsync(25);

        var result = await production.JoinAsync();

        // The second voice begins after its lead-in of 0.3 seconds; where the sound begins again is measured in the finished video.
        var report = JsonDocument.Parse(
            await File.ReadAllBytesAsync(production.PathOf(result, "timing_report.json"), TestContext.Current.CancellationToken)).RootElement;
        var start = report.GetProperty("scenes")[1].GetProperty("start").GetDouble();
        var video = production.PathOf(result, ArtifactNames.Video);
        var silences = await ProgramOutput.OfAsync(
            "ffmpeg", "-nostdin", "-hide_banner", "-i", video, "-af", "silencedetect=n=-45dB:d=0.5", "-f", "null", "-");
        var ends = silences.Split("silence_end: ").Skip(1).Select(part => double.Parse(part.Split(' ')[0], CultureInfo.InvariantCulture));
        Assert.Contains(ends, end => Math.Abs(end - start - 0.3) < 0.04);
    }

    [Fact]
    public async Task CaptionsInTheVideoAreTheTextAsItIs()
    {
        await using var production = await MadeAsync(25);

        var result = await production.JoinAsync();

        var captions = await ProgramOutput.OfAsync(
            "ffmpeg", "-nostdin", "-v", "error", "-i", production.PathOf(result, ArtifactNames.Video), "-map", "0:s:0", "-c:s", "text", "-f", "data", "-");
        Assert.Contains("Use List<int> & {\\b1}braces.", captions.Replace("\u2060", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheManifestHasEveryFileWithItsHashAndIsTheSameForTheSameInput()
    {
        await using var production = await MadeAsync(25);

        var first = await production.JoinAsync();
        var manifest = await File.ReadAllTextAsync(production.PathOf(first, ArtifactNames.Manifest), TestContext.Current.CancellationToken);
        var root = JsonDocument.Parse(manifest).RootElement;
        var artifacts = root.GetProperty("artifacts").EnumerateArray().ToList();
        foreach (var artifact in artifacts)
        {
            var bytes = await File.ReadAllBytesAsync(production.Store.Resolve(artifact.GetProperty("uri").GetString()!), TestContext.Current.CancellationToken);
            Assert.Equal(artifact.GetProperty("length").GetInt64(), bytes.LongLength);
            Assert.Equal(artifact.GetProperty("sha256").GetString(), Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)));
        }

        Assert.Contains(
            artifacts,
            artifact => artifact.GetProperty("stage").GetString() == "audio_generation:scene-002" && artifact.GetProperty("name").GetString() == "voice.wav");
        Assert.Equal(FramesOf(first, production), root.GetProperty("frame_count").GetInt32());
        Assert.NotEqual("unknown", root.GetProperty("ffmpeg").GetString());

        var again = await production.JoinAsync();
        Assert.Equal(
            first.Artifacts.First(artifact => artifact.Name == ArtifactNames.Video).Sha256,
            again.Artifacts.First(artifact => artifact.Name == ArtifactNames.Video).Sha256);
    }

    [Fact]
    public async Task TheResultOfTheTaskHasTheMembersOfTheSeed()
    {
        await using var production = await MadeAsync(25);

        var result = (await production.JoinAsync()).TaskResult!.Value.ToElement();

        Assert.Equal(
            [
                "success", "task_id", "video_config", "video_path", "audio_dir", "timing_report", "total_duration", "scene_count", "generation_time",
                "timestamp", "errors", "warnings",
            ],
            result.EnumerateObject().Select(member => member.Name));
        Assert.Equal("task/output_handling/2/video.mp4", result.GetProperty("video_path").GetString());
        Assert.Equal(2, result.GetProperty("scene_count").GetInt32());
    }

    [Fact]
    public async Task ASceneWithoutItsClipIsNamed()
    {
        await using var production = await new Production().WithScenesAsync(Production.TextScene("scene-001", "Lost one"));
        await production.WithScriptAsync("scene-001", "A word.");
        await production.SpeakAsync("scene-001");

        var failure = await Assert.ThrowsAsync<StageFailedException>(production.JoinAsync);

        Assert.Equal("scene.incomplete", failure.Code);
        Assert.Contains("scene-001 (Lost one) has no clip.mp4", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Retry the task", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClipsOfAFormerWorkerHaveNoSoundOfTheirOwnAndMakeTheSameFilm()
    {
        await using var production = await MadeAsync(25);
        var film = await production.JoinAsync();
        production.Forget("video_generation:scene-001", ArtifactNames.Sound);

        var again = await production.JoinAsync();

        Assert.Equal(
            film.Artifacts.First(artifact => artifact.Name == ArtifactNames.Video).Sha256,
            again.Artifacts.First(artifact => artifact.Name == ArtifactNames.Video).Sha256);
    }

    [Fact]
    public async Task AVideoThatIsNotAsPromisedIsNotDelivered()
    {
        await using var production = await MadeAsync(25);

        // A clip of another length than its voice stands in for whatever could go wrong.
        await production.WithTimingAsync(production.TimingOf(await production.SpeakAsync("scene-001")) with { Duration = 0.5 });
        var failure = await Assert.ThrowsAsync<StageFailedException>(production.JoinAsync);

        Assert.Equal("video.invalid", failure.Code);
        Assert.Contains("its nb_frames is", failure.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(production.Store.Resolve("task/output_handling/2")));
    }

    [Fact]
    public async Task ASilentVideoHasASubtitleStreamToo()
    {
        await using var production = await new Production().WithScenesAsync(Production.TextScene("scene-001", "Quiet"));
        await production.WithScriptAsync("scene-001");
        await production.SpeakAsync("scene-001");
        await production.DrawAsync("scene-001");

        var result = await production.JoinAsync();

        Assert.Contains("mov_text", await ProgramOutput.ProbeAsync(production.PathOf(result, ArtifactNames.Video), "stream=codec_name"));
    }

    private static async Task<Production> MadeAsync(int frameRate)
    {
        var production = new Production();
        production.Config = production.Config with { FrameRate = frameRate };
        await production.WithScenesAsync(
            Production.TextScene("scene-001", "First = 1; #2", "One line."), Production.TextScene("scene-002", "Second", "Another line."));
        await production.WithScriptAsync("scene-001", "This is one sentence.", "Use List<int> & {\\b1}braces.");
        await production.WithScriptAsync("scene-002", "And this is the next scene.");
        foreach (var scene in new[] { "scene-001", "scene-002" })
        {
            await production.SpeakAsync(scene);
            await production.DrawAsync(scene);
        }

        return production;
    }

    private static int FramesOf(StageResult result, Production production) =>
        JsonDocument.Parse(File.ReadAllBytes(production.PathOf(result, ArtifactNames.Manifest))).RootElement.GetProperty("frame_count").GetInt32();
}
