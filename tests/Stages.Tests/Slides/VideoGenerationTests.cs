using System.Collections.Immutable;
using System.Diagnostics;
using VideoGen.Client.Stages;
using VideoGen.Stages.Tests.Media;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Tests.Slides;

public sealed class VideoGenerationTests
{
    private const string Hostile = """:'"%{pts}[];\,movie=http://127.0.0.1:9/x,textfile=/etc/passwd""";

    [Theory]
    [InlineData(nameof(SceneKind.Title), 24)]
    [InlineData(nameof(SceneKind.List), 25)]
    [InlineData(nameof(SceneKind.Code), 30)]
    [InlineData(nameof(SceneKind.Table), 60)]
    [InlineData(nameof(SceneKind.Quote), 50)]
    public async Task AClipHasExactlyTheFramesOfItsVoiceAndCanBeJoined(string kind, int frameRate)
    {
        await using var production = new Production();
        production.Config = production.Config with { FrameRate = frameRate };
        await production.WithScenesAsync(new Scene
        {
            Id = "scene-001",
            Kind = Enum.Parse<SceneKind>(kind),
            Title = "A title",
            Chapter = "A chapter",
            Lines = ["First item", "Second item"],
            Code = "var x = 1;\nreturn x;",
            Language = "csharp",
            Columns = ["a", "b"],
            Rows = [["1", "2"]],
        });
        await production.WithTimingAsync(new VoiceTiming("scene-001", 3.0101, [new("First item", 0.3, 1), new("Second item", 1.4, 2.4)]));

        var result = await production.DrawAsync("scene-001");

        Assert.Empty(result.Warnings);
        var clip = production.PathOf(result, ArtifactNames.Clip);
        var frames = (int)Math.Ceiling(3.0101 * frameRate);
        Assert.Equal(
            [
                "h264", "High", "320", "240", "0", "yuv420p", "tv", "bt709", "bt709", "bt709",
                $"{frameRate}/1", $"{frameRate}/1", frames.ToString(),
            ],
            await ProgramOutput.ProbeAsync(
                clip,
                "stream=codec_name,profile,width,height,has_b_frames,pix_fmt,color_range,color_space,color_transfer,color_primaries,"
                + "r_frame_rate,avg_frame_rate,nb_read_frames",
                "-count_frames", "-select_streams", "v:0"));
        Assert.Equal((1.0, $"Encoded {frames} frames"), production.Progress.Last());
        Assert.Matches(
            @"^WEBVTT\n\n00:00:00\.300 --> 00:00:01\.\d{3}\nFirst item\n\n00:00:01\.400 --> 00:00:0[23]\.\d{3}\nSecond item\n\n$",
            await File.ReadAllTextAsync(production.PathOf(result, ArtifactNames.ClipCaptions), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task AClipHasItsVoiceToTheSampleAndIsInFragmentsOfFiveSeconds()
    {
        await using var production = await new Production().WithScenesAsync(Production.TextScene("scene-001", "x", "y"));
        await production.WithScriptAsync("scene-001", "One sentence that is said.", "And another one, which is a little longer than that.");
        var spoken = await production.SpeakAsync("scene-001");
        var clip = production.PathOf(await production.DrawAsync("scene-001"), ArtifactNames.Clip);

        var frames = (int)Math.Ceiling(production.TimingOf(spoken).Duration * 25);
        Assert.True(frames > 125, "The scene is longer than a fragment.");
        string[] hash = ["-nostdin", "-loglevel", "error"];
        string[] samples = ["-map", "0:a:0", "-c:a", "pcm_s16le", "-f", "md5", "-"];
        var voice = production.PathOf(spoken, ArtifactNames.Voice);
        Assert.Equal(
            await ProgramOutput.OfAsync("ffmpeg", [.. hash, "-i", voice, "-af", $"apad=whole_len={frames * 1920}", .. samples]),
            await ProgramOutput.OfAsync("ffmpeg", [.. hash, "-i", clip, .. samples]));
        var content = System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(clip, TestContext.Current.CancellationToken));
        Assert.Equal((int)Math.Ceiling(frames / 125.0), content.Split("moof").Length - 1);
    }

    [Fact]
    public async Task TextOfADocumentReachesNeitherTheArgumentsNorAFileNorTheNetwork()
    {
        await using var production = new Production();
        production.Config = production.Config with { Title = Hostile, Author = Hostile };
        await production.WithScenesAsync(new Scene { Id = "scene-001", Kind = SceneKind.Text, Title = Hostile, Chapter = Hostile, Lines = [Hostile] });
        await production.WithScriptAsync("scene-001", "Movie equals " + Hostile);

        // The programs are seen through wrappers that write down how they are called, under strace.
        var bin = production.WorkFolder("bin");
        var log = Path.Combine(bin, "calls");
        foreach (var program in new[] { "ffmpeg", "ffprobe" })
        {
            production.SearchPath = new FakeTool(bin, program, $"""
                printf '%s\n' "$@" >> {FakeTool.Quote(log)}
                exec strace -f -qq -e trace=openat,connect,socket -o {FakeTool.Quote(log + ".")}$$ {FakeTool.Real(program)} "$@"
                """).SearchPath;
        }

        await production.SpeakAsync("scene-001");
        await production.DrawAsync("scene-001");
        await production.JoinAsync();

        var calls = await File.ReadAllTextAsync(log, TestContext.Current.CancellationToken);
        Assert.Contains("flite=textfile=utterance-0000.txt:voice=slt", calls, StringComparison.Ordinal);
        Assert.DoesNotContain("movie", calls, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("passwd", calls, StringComparison.Ordinal);
        Assert.DoesNotContain("http", calls, StringComparison.Ordinal);
        var traces = Directory.GetFiles(bin, "calls.*");
        Assert.NotEmpty(traces);
        foreach (var trace in traces)
        {
            var seen = await File.ReadAllTextAsync(trace, TestContext.Current.CancellationToken);
            Assert.DoesNotContain("AF_INET", seen, StringComparison.Ordinal);
            Assert.DoesNotContain("\"/etc/passwd\"", seen, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task APictureThatCantBeReadIsAWarningAndItsCaptionIsShown()
    {
        await using var production = await new Production().WithScenesAsync(
            new Scene { Id = "scene-001", Kind = SceneKind.Image, Title = "A picture", Chapter = "x", Subtitle = "Its caption", Image = "image-001.png" });
        await production.StoreAsync(DocumentVideoPipeline.ContentParsing, "image-001.png", "not a picture"u8.ToArray());
        await production.WithTimingAsync(new VoiceTiming("scene-001", 2.5, []));

        var result = await production.DrawAsync("scene-001");

        Assert.Contains("image-001.png of scene-001 can't be read", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATextWithoutRoomIsAWarning_AndATextThatEndsWithDotsIsNone()
    {
        await using var production = new Production();
        production.Config = production.Config with { Title = string.Concat(Enumerable.Repeat("A long title that each foot cuts ", 8)) };
        var words = "Seen from afar " + string.Join(' ', Enumerable.Repeat("words", 900));
        await production.WithScenesAsync(
            new Scene { Id = "scene-001", Kind = SceneKind.Quote, Title = "Long", Chapter = "x", Lines = [words] },
            new Scene { Id = "scene-002", Kind = SceneKind.Quote, Title = "Short", Chapter = "x", Lines = ["And so on…"] });
        await production.WithTimingAsync(new VoiceTiming("scene-001", 0.5, []));
        await production.WithTimingAsync(new VoiceTiming("scene-002", 0.5, []));

        var warning = Assert.Single((await production.DrawAsync("scene-001")).Warnings);
        Assert.StartsWith("scene-001 has no room for all of \"", warning, StringComparison.Ordinal);
        Assert.Contains("Seen from afar", warning, StringComparison.Ordinal);
        Assert.Empty((await production.DrawAsync("scene-002")).Warnings);
    }

    [Fact]
    public async Task ASceneThatIsNotInTheListIsAClearError()
    {
        await using var production = await new Production().WithScenesAsync(Production.TextScene("scene-001", "x"));

        var failure = await Assert.ThrowsAsync<StageFailedException>(() => production.DrawAsync("scene-009"));

        Assert.Equal("scene.missing", failure.Code);
    }

    [Fact]
    public async Task CancellingEndsTheEncoding()
    {
        await using var production = await new Production().WithScenesAsync(Production.TextScene("scene-001", "x", "y"));
        await production.WithTimingAsync(new VoiceTiming("scene-001", 500, []));
        using var cancel = new CancellationTokenSource();
        var running = production.RunAsync("video_generation:scene-001", cancel.Token);
        var clock = Stopwatch.StartNew();
        while (production.Progress.Count < 3)
        {
            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(1), "The encoding did not begin.");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }
}
