using System.Globalization;
using System.Text;
using System.Text.Json;
using VideoGen.Client.Stages;
using VideoGen.Stages.Media;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Delivery;

/// <summary>Looks at the finished video with ffprobe: it is delivered only when it is what was promised.</summary>
internal sealed class VideoCheck(MediaToolRunner tools)
{
    /// <summary>Seconds of one AAC frame: the sound can end only at a multiple of it.</summary>
    private const double SoundFrame = 1024 / 48_000.0;

    /// <exception cref="StageFailedException">The file is not as it must be; the message says where.</exception>
    public async Task CheckAsync(string folder, VideoConfig config, int frameCount, int chapterCount, CancellationToken cancellationToken)
    {
        var output = new StringBuilder();
        await tools.RunAsync(
            new MediaRun
            {
                Tool = MediaTool.Ffprobe,
                Arguments =
                [
                    "-hide_banner", "-loglevel", "error", .. FfmpegArguments.LocalOnly, "-f", "mov",
                    "-show_streams", "-show_chapters", "-show_format", "-of", "json", "-i", ArtifactNames.Video,
                ],
                WorkingDirectory = folder,
                Timeout = tools.Options.ShortRunTimeout,
                Purpose = "Checking the video",
                OutputLine = line => output.AppendLine(line),
            },
            cancellationToken).ConfigureAwait(false);

        using var probe = JsonDocument.Parse(output.ToString());
        var problems = Problems(probe.RootElement, config, frameCount, chapterCount).ToList();
        if (problems.Count > 0)
        {
            throw new StageFailedException(
                "video.invalid",
                $"The finished video is not as it must be: {string.Join("; ", problems)}. It was not delivered. Retry the task; if it happens again, "
                + "check the version of ffmpeg.",
                retryable: true);
        }
    }

    private static IEnumerable<string> Problems(JsonElement probe, VideoConfig config, int frameCount, int chapterCount)
    {
        var streams = probe.GetProperty("streams").EnumerateArray().ToLookup(stream => Text(stream, "codec_type"));
        foreach (var kind in new[] { "video", "audio", "subtitle" })
        {
            if (streams[kind].Count() != 1)
            {
                yield return $"it has {streams[kind].Count()} {kind} streams and not 1";
            }
        }

        var frame = 1.0 / config.FrameRate;
        var duration = frameCount * frame;
        foreach (var video in streams["video"].Take(1))
        {
            foreach (var problem in Differences(
                video,
                ("codec_name", "h264"),
                ("profile", "High"),
                ("pix_fmt", "yuv420p"),
                ("width", FfmpegArguments.Number(config.Width)),
                ("height", FfmpegArguments.Number(config.Height)),
                ("avg_frame_rate", $"{config.FrameRate}/1"),
                ("nb_frames", FfmpegArguments.Number(frameCount)),
                ("color_space", "bt709")))
            {
                yield return problem;
            }

            if (Math.Abs(Number(video, "duration") - duration) > frame)
            {
                yield return $"the picture lasts {Text(video, "duration")} seconds and not {FfmpegArguments.Number(duration)}";
            }
        }

        foreach (var audio in streams["audio"].Take(1))
        {
            foreach (var problem in Differences(audio, ("codec_name", "aac"), ("sample_rate", "48000"), ("channels", "2")))
            {
                yield return problem;
            }

            if (Math.Abs(Number(audio, "duration") - duration) > Math.Max(frame, SoundFrame))
            {
                yield return $"the sound lasts {Text(audio, "duration")} seconds and not {FfmpegArguments.Number(duration)}";
            }
        }

        var chapters = probe.GetProperty("chapters").GetArrayLength();
        if (chapters != chapterCount)
        {
            yield return $"it has {chapters} chapters and not {chapterCount}";
        }
    }

    private static IEnumerable<string> Differences(JsonElement stream, params (string Name, string Value)[] wanted) =>
        wanted.Where(pair => Text(stream, pair.Name) != pair.Value).Select(pair => $"its {pair.Name} is {Text(stream, pair.Name)} and not {pair.Value}");

    private static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.ToString() : "missing";

    private static double Number(JsonElement element, string name) =>
        double.TryParse(Text(element, name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
}
