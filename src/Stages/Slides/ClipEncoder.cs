using System.Globalization;
using VideoGen.Client.Stages;
using VideoGen.Stages.Media;

namespace VideoGen.Stages.Slides;

/// <summary>
/// Encodes pictures as a clip. Each different picture goes through the pipe once; ffmpeg repeats it as often as it is shown, without copying it.
/// All clips of a video are encoded alike, each begins with a key frame, and none has frames that refer forwards, so that they can be joined as they are.
/// A clip is in fragments, each with its pictures and its sound, so that it can be watched as a part of the film before the film is joined.
/// </summary>
internal sealed class ClipEncoder(MediaToolRunner tools)
{
    /// <summary>
    /// Seconds from one key frame to the next, at most, and so of a fragment: what a player of the film in the making waits for before it asks again.
    /// </summary>
    private const int KeyFrameInterval = 5;

    private const int SampleRate = 48_000;

    /// <summary>
    /// Slides are still and flat: the fastest search is enough, and what it saves is spent on quality. With one quantizer for all, the encoder need
    /// not look ahead to find out how much each picture changes; for pictures that rest, that took a quarter of its time.
    /// </summary>
    private const string EncoderParameters = "cabac=1:8x8dct=1:partitions=i8x8,i4x4:bframes=0:open-gop=0:scenecut=0:force-cfr=1";

    /// <summary>Low enough that neither letters nor photographs show it.</summary>
    private const string Quantizer = "15";

    /// <param name="plan">What is shown for how long.</param>
    /// <param name="size">Width and height; both even.</param>
    /// <param name="frameRate">Frames a second.</param>
    /// <param name="draw">Writes the different pictures of the plan, in order.</param>
    /// <param name="sound">The plain name of a WAV file in the folder, which is followed by silence up to the end of the clip; null for silence alone.</param>
    /// <param name="folder">Where the clip is made.</param>
    /// <param name="name">The plain name of the clip.</param>
    /// <param name="purpose">For errors.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task EncodeAsync(
        FramePlan plan,
        (int Width, int Height) size,
        int frameRate,
        Func<Stream, CancellationToken, Task> draw,
        string? sound,
        string folder,
        string name,
        string purpose,
        CancellationToken cancellationToken)
    {
        var frames = FfmpegArguments.Number(plan.FrameCount);
        var encoded = 0L;
        await tools.RunAsync(
            new MediaRun
            {
                Tool = MediaTool.Ffmpeg,
                Arguments =
                [
                    .. FfmpegArguments.Start,
                    "-threads", "1",
                    .. FfmpegArguments.LocalOnly,
                    "-f", "rawvideo", "-pixel_format", "yuv420p",
                    "-video_size", string.Create(CultureInfo.InvariantCulture, $"{size.Width}x{size.Height}"),
                    "-framerate", FfmpegArguments.Number(frameRate),
                    "-i", "pipe:0",
                    .. sound is null
                        ? ["-f", "lavfi", "-i", "anullsrc=sample_rate=48000:channel_layout=stereo"]
                        : (string[])[.. FfmpegArguments.LocalOnly, "-f", "wav", "-i", sound],
                    "-map", "0:v:0", "-map", "1:a:0",
                    "-filter_threads", "1", "-vf", Repeats(plan), "-af", WholeFrames(plan, frameRate),
                    "-c:v", "libx264", "-profile:v", "high", "-preset", "ultrafast", "-qp", Quantizer,
                    "-g", FfmpegArguments.Number(KeyFrameInterval * frameRate), "-x264-params", EncoderParameters,
                    "-threads", FfmpegArguments.Number(tools.Options.EncoderThreads),
                    "-pix_fmt", "yuv420p", "-color_range", "tv", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709",
                    "-video_track_timescale", FfmpegArguments.Number(frameRate * 512),
                    "-fflags", "+bitexact", "-flags:v", "+bitexact", "-map_metadata", "-1",
                    // Without loss, in blocks of one picture's length: a fragment has exactly the sound of its pictures, and no sound leads into the next.
                    "-c:a", "flac", "-compression_level", "2", "-frame_size:a", FfmpegArguments.Number(SampleRate / frameRate), "-flags:a", "+bitexact",
                    "-strict", "experimental", "-movflags", "+frag_keyframe+empty_moov+default_base_moof",
                    "-progress", "pipe:1", "-f", "mp4", name,
                ],
                WorkingDirectory = folder,
                Timeout = tools.Options.EncodeTimeout,
                Purpose = purpose,
                WriteInput = draw,
                OutputLine = line =>
                    encoded = line.StartsWith("frame=", StringComparison.Ordinal) && long.TryParse(line.AsSpan(6), out var count) ? count : encoded,
            },
            cancellationToken).ConfigureAwait(false);
        if (encoded != plan.FrameCount)
        {
            throw new StageFailedException(
                "clip.incomplete", $"{purpose} failed: the clip has {encoded} frames where {frames} were to be. Is the disk full?", retryable: true);
        }
    }

    /// <summary>One filter for each picture that rests; only numbers are in it.</summary>
    private static string Repeats(FramePlan plan)
    {
        var filters = new List<string>();
        var position = 0;
        foreach (var picture in plan.Pictures)
        {
            if (picture.Frames > 1)
            {
                filters.Add(string.Create(CultureInfo.InvariantCulture, $"loop=loop={picture.Frames - 1}:size=1:start={position}"));
            }

            position += picture.Frames;
        }

        filters.Add(string.Create(CultureInfo.InvariantCulture, $"trim=end_frame={plan.FrameCount}"));
        filters.Add("setpts=N");
        return string.Join(',', filters);
    }

    /// <summary>Sound that lasts as long as the pictures, to the sample.</summary>
    private static string WholeFrames(FramePlan plan, int frameRate)
    {
        var samples = plan.FrameCount * (SampleRate / (long)frameRate);
        return string.Create(CultureInfo.InvariantCulture, $"apad=whole_len={samples},atrim=end_sample={samples}");
    }
}
