using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using VideoGen.Silo.Api.Watching;
using VideoGen.Silo.Hosting;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Tests.Watching;

[Collection(SharedSilo.Name)]
public sealed class WatchTests(SiloApplication app)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TheListGrowsAtItsEndAloneAndDecodesToThePicturesOfAllClips()
    {
        var task = await VideoTask.CreateAsync(app, "watch-grows");
        await task.ParseAsync(3);
        using (var nothing = await app.Http.GetAsync("/api/tasks/watch-grows/watch/index.m3u8", Stop))
        {
            Assert.Equal(HttpStatusCode.NotFound, nothing.StatusCode);
        }

        var (one, two, three) = (TestVideo.MakeClip(123), TestVideo.MakeClip(7, 90), TestVideo.MakeClip(50, 180));
        await DrawAsync(task, "scene-01", one);
        var list = await ListAddressAsync("watch-grows");
        var first = await app.Http.GetStringAsync(list, Stop);
        Assert.Equal(
            """
            #EXTM3U
            #EXT-X-VERSION:7
            #EXT-X-TARGETDURATION:5
            #EXT-X-MEDIA-SEQUENCE:0
            #EXT-X-PLAYLIST-TYPE:EVENT
            #EXT-X-START:TIME-OFFSET=0
            #EXT-X-MAP:URI="0.mp4"
            #EXTINF:5.000000,
            0.m4s
            #EXTINF:5.000000,
            1.m4s
            #EXTINF:2.300000,
            2.m4s

            """,
            first);

        // The third scene waits for the second one.
        await DrawAsync(task, "scene-03", three);
        Assert.Equal(first, await app.Http.GetStringAsync(list, Stop));

        await DrawAsync(task, "scene-02", two);
        Assert.Equal(
            first + "#EXTINF:0.700000,\n3.m4s\n#EXTINF:5.000000,\n4.m4s\n#EXT-X-ENDLIST\n", await app.Http.GetStringAsync(list, Stop));
        Assert.Equal(list, await ListAddressAsync("watch-grows"));

        var address = new Uri(app.Silo.GetHttpAddress()!, "/api/tasks/watch-grows/watch/index.m3u8").ToString();
        var pictures = await FramesAsync(address, "v");
        Assert.Equal(
            [.. await HashesAsync(one, "v"), .. await HashesAsync(two, "v"), .. await HashesAsync(three, "v")], pictures.Select(frame => frame.Hash));
        Assert.Equal(Enumerable.Range(0, 180).Select(i => i / 10.0), pictures.Select(frame => frame.At));
        var sounds = await FramesAsync(address, "a");
        Assert.Equal([.. await HashesAsync(one, "a"), .. await HashesAsync(two, "a"), .. await HashesAsync(three, "a")], sounds.Select(frame => frame.Hash));
        Assert.Equal(Enumerable.Range(0, 180).Select(i => i / 10.0), sounds.Select(frame => frame.At));
    }

    [Fact]
    public async Task CaptionsComeWithTheirPartsAtTheirTimesInTheFilm()
    {
        var task = await VideoTask.CreateAsync(app, "watch-captions");
        await task.ParseAsync(2);
        await DrawAsync(
            task,
            "scene-01",
            TestVideo.MakeClip(70),
            "WEBVTT\n\n00:00:00.500 --> 00:00:02.000\nOne\n\n00:00:04.500 --> 00:00:06.000\nTwo &amp;\na half\n\n");
        await DrawAsync(task, "scene-02", TestVideo.MakeClip(10), "WEBVTT of old\r\n\r\nNOTE none\r\n\r\nname\r\n00:00.100 --> 00:00.900 line:0\r\nThree");
        var (one, two, three) = (
            "00:00:00.500 --> 00:00:02.000\nOne\n\n", "00:00:04.500 --> 00:00:06.000\nTwo &amp;\na half\n\n",
            "00:00:07.100 --> 00:00:07.900 line:0\nThree\n\n");

        var list = await ListAddressAsync("watch-captions");
        var index = await app.Http.GetStringAsync("/api/tasks/watch-captions/watch/index.m3u8", Stop);
        Assert.Contains(",SUBTITLES=\"captions\"\n", index, StringComparison.Ordinal);
        var captions = new Uri(list, index.Split("URI=\"")[1].Split('"')[0].Split('/')[1]);
        Assert.Equal(
            (await app.Http.GetStringAsync(list, Stop)).Replace("#EXT-X-MAP:URI=\"0.mp4\"\n", "", StringComparison.Ordinal)
                .Replace(".m4s", ".vtt", StringComparison.Ordinal),
            await app.Http.GetStringAsync(captions, Stop));
        foreach (var (part, shown) in new[] { ("0.vtt", one + two), ("1.vtt", two), ("2.vtt", three) })
        {
            Assert.Equal(
                $"WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n\n{shown}", await app.Http.GetStringAsync(new Uri(list, part), Stop));
        }

        using var whole = await app.Http.GetAsync("/api/tasks/watch-captions/watch/captions.vtt", Stop);
        Assert.Equal(("text/vtt", $"WEBVTT\n\n{one}{two}{three}"), (whole.Content.Headers.ContentType?.MediaType, await whole.Content.ReadAsStringAsync(Stop)));
        using var beyond = await app.Http.GetAsync(new Uri(list, "3.vtt"), Stop);
        Assert.Equal(HttpStatusCode.NotFound, beyond.StatusCode);
        var address = new Uri(app.Silo.GetHttpAddress()!, "/api/tasks/watch-captions/watch/index.m3u8").ToString();
        Assert.Equal(80, (await FramesAsync(address, "v")).Length);
    }

    [Theory]
    [InlineData("1\n00:00:01.000 --> 00:00:02.000\nSubRip has no such head")]
    [InlineData("WEBVTTx\n\n00:01.000 --> 00:02.000\nNor has this")]
    [InlineData("WEBVTT\n\n00:61.000 --> 00:62.000\nNo such second\n\nSTYLE\n::cue { color: red }\n\n00:01,000 --> 00:02,000\nA comma")]
    [InlineData("")]
    public void WhatIsNoCaptionIsLeftOut(string text) => Assert.Empty(ClipCaptions.Read(text));

    [Fact]
    public async Task AFilmWithoutCaptionsHasNoneAndIsWatchedAllTheSame()
    {
        var task = await VideoTask.CreateAsync(app, "watch-silent");
        await task.ParseAsync(1);
        await DrawAsync(task, "scene-01", TestVideo.MakeClip(5));

        Assert.DoesNotContain("SUBTITLES", await app.Http.GetStringAsync("/api/tasks/watch-silent/watch/index.m3u8", Stop), StringComparison.Ordinal);
        Assert.Equal("WEBVTT\n\n", await app.Http.GetStringAsync("/api/tasks/watch-silent/watch/captions.vtt", Stop));
    }

    [Fact]
    public async Task TheClipsOfAnotherLanguageAreNoPartOfTheFilm()
    {
        var task = await VideoTask.CreateAsync(app, "watch-languages");
        await task.ParseAsync("scene-01", "scene-02", "scene-01.de", "scene-02.de");
        await DrawAsync(task, "scene-01", TestVideo.MakeClip(5));
        await DrawAsync(task, "scene-01.de", TestVideo.MakeClip(7));
        Assert.EndsWith(
            "#EXTINF:0.500000,\n0.m4s\n", await app.Http.GetStringAsync(await ListAddressAsync("watch-languages"), Stop), StringComparison.Ordinal);

        await DrawAsync(task, "scene-02", TestVideo.MakeClip(6));

        Assert.EndsWith(
            "#EXTINF:0.500000,\n0.m4s\n#EXTINF:0.600000,\n1.m4s\n#EXT-X-ENDLIST\n",
            await app.Http.GetStringAsync(await ListAddressAsync("watch-languages"), Stop),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARetryBeginsAnotherEditionAndTheOldOneIsGone()
    {
        var task = await VideoTask.CreateAsync(app, "watch-again");
        await task.ParseAsync(2);
        await DrawAsync(task, "scene-01", TestVideo.MakeClip(5));
        await DrawAsync(task, "scene-02", TestVideo.MakeClip(6));
        var before = await ListAddressAsync("watch-again");
        Assert.Contains("0.600000,\n1.m4s", await app.Http.GetStringAsync(before, Stop), StringComparison.Ordinal);

        await app.SendAsync(task.Id, new RetryTask { Stages = ["video_generation:scene-02"] });

        using var gone = await app.Http.GetAsync(before, Stop);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        var after = await ListAddressAsync("watch-again");
        Assert.NotEqual(before, after);
        Assert.EndsWith("#EXTINF:0.500000,\n0.m4s\n", await app.Http.GetStringAsync(after, Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatATaskMadeInAnotherFormIsNoFilmToWatchYet()
    {
        var task = await VideoTask.CreateAsync(app, "watch-other");
        await task.ParseAsync(1);
        await DrawAsync(task, "scene-01", TestVideo.Make());
        await VideoTask.CreateAsync(app, "watch-empty");
        foreach (var address in new[]
        {
            "watch-other/watch/index.m3u8", "watch-empty/watch/index.m3u8", "watch-nobody/watch/index.m3u8", "watch-other/watch/x/0.m4s",
        })
        {
            using var answer = await app.Http.GetAsync($"/api/tasks/{address}", Stop);

            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        }
    }

    [Fact]
    public async Task AClipWhoseTimesGoToTheEndOfTimeIsNoFilmToWatch()
    {
        var clip = TestVideo.MakeClip(5);
        for (var at = clip.AsSpan().IndexOf("tfdt"u8); at >= 0; at = clip.AsSpan(at + 1).IndexOf("tfdt"u8) is var next and >= 0 ? at + 1 + next : -1)
        {
            clip.AsSpan(at + 8, 8).Fill(0xFF);
        }

        var task = await VideoTask.CreateAsync(app, "watch-late");
        await task.ParseAsync(1);
        await DrawAsync(task, "scene-01", clip);

        foreach (var address in new[] { "index.m3u8", "x/0.m4s" })
        {
            using var answer = await app.Http.GetAsync($"/api/tasks/watch-late/watch/{address}", Stop);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    [Fact]
    public async Task AClipOfAnotherShapeBeginsWithAHeadOfItsOwn()
    {
        var task = await VideoTask.CreateAsync(app, "watch-shapes");
        await task.ParseAsync(2);
        await DrawAsync(task, "scene-01", TestVideo.MakeClip(5));
        await DrawAsync(task, "scene-02", TestVideo.MakeClip(5, size: "160x120"));

        Assert.EndsWith(
            "0.m4s\n#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"1.mp4\"\n#EXTINF:0.500000,\n1.m4s\n#EXT-X-ENDLIST\n",
            await app.Http.GetStringAsync(await ListAddressAsync("watch-shapes"), Stop),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsKnownIsNotSentAgainAndHeadSendsNothing()
    {
        var task = await VideoTask.CreateAsync(app, "watch-known");
        await task.ParseAsync(1);
        await DrawAsync(task, "scene-01", TestVideo.MakeClip(5));
        var list = await ListAddressAsync("watch-known");
        foreach (var (address, type) in new[]
        {
            (list, "application/vnd.apple.mpegurl"), (new Uri(list, "0.mp4"), "video/mp4"), (new Uri(list, "0.m4s"), "video/iso.segment"),
        })
        {
            using var first = await app.Http.GetAsync(address, Stop);
            Assert.Equal((HttpStatusCode.OK, type), (first.StatusCode, first.Content.Headers.ContentType?.MediaType));
            using var again = new HttpRequestMessage(HttpMethod.Get, address);
            again.Headers.IfNoneMatch.Add(new EntityTagHeaderValue(first.Headers.ETag!.Tag));
            using var known = await app.Http.SendAsync(again, Stop);
            Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
            using var head = await app.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, address), Stop);
            Assert.Equal(first.Headers.ETag, head.Headers.ETag);
            Assert.Empty(await head.Content.ReadAsByteArrayAsync(Stop));
        }

        using var beyond = await app.Http.GetAsync(new Uri(list, "1.m4s"), Stop);
        Assert.Equal(HttpStatusCode.NotFound, beyond.StatusCode);
    }

    private static async Task DrawAsync(VideoTask task, string scene, byte[] clip, string? captions = null)
    {
        var stage = $"video_generation:{scene}";
        await task.DoAsync($"audio_generation:{scene}");
        ImmutableArray<Artifact> made = [task.Store(stage, "clip.mp4", clip, "video/mp4")];
        await task.DoAsync(stage, captions is null ? made : made.Add(task.Store(stage, "clip.vtt", Encoding.UTF8.GetBytes(captions), "text/vtt")));
    }

    private async Task<Uri> ListAddressAsync(string task)
    {
        var address = new Uri(app.Silo.GetHttpAddress()!, $"/api/tasks/{task}/watch/index.m3u8");
        var index = await app.Http.GetStringAsync(address, Stop);
        Assert.Contains("CODECS=\"avc1.", index, StringComparison.Ordinal);
        return new Uri(address, index.TrimEnd().Split('\n')[^1]);
    }

    private static async Task<string[]> HashesAsync(byte[] clip, string stream)
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.mp4");
        try
        {
            await File.WriteAllBytesAsync(path, clip, Stop);
            return [.. (await FramesAsync(path, stream)).Select(frame => frame.Hash)];
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Each frame as ffmpeg decodes it: when it is shown or heard, in seconds, and the hash of what it is.</summary>
    private static async Task<(double At, string Hash)[]> FramesAsync(string input, string stream)
    {
        var start = new ProcessStartInfo(
            "ffmpeg",
            ["-nostdin", "-loglevel", "error", "-i", input, "-map", $"0:{stream}:0", "-fps_mode", "passthrough", "-f", "framehash", "-hash", "md5", "-"])
        {
            RedirectStandardOutput = true,
        };
        using var ffmpeg = Process.Start(start)!;
        var output = await ffmpeg.StandardOutput.ReadToEndAsync(Stop);
        await ffmpeg.WaitForExitAsync(Stop);
        Assert.Equal(0, ffmpeg.ExitCode);
        var scale = output.Split('\n').First(line => line.StartsWith("#tb 0: ", StringComparison.Ordinal))[7..].Split('/');
        return
        [
            .. output.Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(','))
                .Select(fields => (Math.Round(Number(fields[2]) * Number(scale[0]) / Number(scale[1]), 6), fields[5].Trim())),
        ];
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
