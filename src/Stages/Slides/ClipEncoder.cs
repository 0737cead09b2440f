using System.Collections.Immutable;
using System.Globalization;
using VideoGen.Client.Stages;
using VideoGen.Stages.Media;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Slides;

/// <summary>
/// Encodes pictures as a clip. Each different picture goes through the encoder once, and once more where a key frame is due; <see cref="RestingPictures"/>
/// repeats it as often as it is shown.
/// All clips of a video are encoded alike, each begins with a key frame, and none has frames that refer forwards, so that they can be joined as they are.
/// A clip is in fragments, each with its pictures and its sound, so that it can be watched as a part of the film before the film is joined.
/// </summary>
internal sealed class ClipEncoder(MediaToolRunner tools)
{
    /// <summary>
    /// Seconds from one key frame to the next, at most, and so of a fragment: what a player of the film in the making waits for before it asks again.
    /// </summary>
    public const int KeyFrameInterval = 5;

    private const int SampleRate = 48_000;

    private const string DifferentPictures = "pictures.h264";
    private const string AllPictures = "frames.h264";

    /// <summary>More pictures than a clip has: key frames are where they are asked for.</summary>
    private const string Never = "1000000";

    private const byte Gray = 128;

    /// <summary>
    /// Slides are still and flat: the fastest search is enough, and what it saves is spent on quality. With one quantizer for all, the encoder need
    /// not look ahead to find out how much each picture changes.
    /// </summary>
    private const string EncoderParameters = "cabac=1:8x8dct=1:partitions=i8x8,i4x4:bframes=0:open-gop=0:scenecut=0:force-cfr=1";

    /// <summary>Low enough that neither letters nor photographs show it.</summary>
    private const string Quantizer = "15";

    /// <param name="plan">What is shown for how long. A picture begins with each frame that is to be a key frame.</param>
    /// <param name="size">Width and height; both even.</param>
    /// <param name="frameRate">Frames a second.</param>
    /// <param name="draw">Writes each picture of the plan once, in order.</param>
    /// <param name="sound">The plain name of a WAV file in the folder, which is followed by silence up to the end of the clip; null for silence alone.</param>
    /// <param name="folder">Where the clip is made.</param>
    /// <param name="name">The plain name of the clip, beside which <see cref="ArtifactNames.Sound"/> is made.</param>
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
        // The sound is encoded while the pictures are drawn: somebody may wait for the first scene, or for the only one that changed.
        await Task.WhenAll(
            EncodeSoundAsync(plan, frameRate, sound, folder, purpose, cancellationToken),
            EncodePicturesAsync(plan, size, frameRate, draw, folder, purpose, cancellationToken)).ConfigureAwait(false);
        await RepeatPicturesAsync(plan, folder, purpose, cancellationToken).ConfigureAwait(false);
        await AddSoundAsync(plan, frameRate, sound, folder, name, purpose, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The sound of the clip as the film has it.</summary>
    private Task EncodeSoundAsync(FramePlan plan, int frameRate, string? sound, string folder, string purpose, CancellationToken cancellationToken) =>
        tools.RunAsync(
            new MediaRun
            {
                Tool = MediaTool.Ffmpeg,
                Arguments =
                [
                    .. FfmpegArguments.Start, .. SoundInput(sound), "-af", WholeFrames(plan, frameRate, AacSound.Padding),
                    "-map_metadata", "-1", .. AacSound.Encoder, ArtifactNames.Sound,
                ],
                WorkingDirectory = folder,
                Timeout = tools.Options.EncodeTimeout,
                Purpose = purpose,
            },
            cancellationToken);

    /// <summary>Encodes each picture once, and then two gray ones, from which is learnt how the encoder repeats a picture.</summary>
    private async Task EncodePicturesAsync(
        FramePlan plan, (int Width, int Height) size, int frameRate, Func<Stream, CancellationToken, Task> draw, string folder, string purpose,
        CancellationToken cancellationToken)
    {
        await RunAsync(
            [
                .. FfmpegArguments.Start,
                "-threads", "1",
                .. FfmpegArguments.LocalOnly,
                "-f", "rawvideo", "-pixel_format", "yuv420p",
                "-video_size", string.Create(CultureInfo.InvariantCulture, $"{size.Width}x{size.Height}"),
                "-framerate", FfmpegArguments.Number(frameRate),
                "-i", "pipe:0",
                "-c:v", "libx264", "-profile:v", "high", "-preset", "ultrafast", "-qp", Quantizer,
                "-g", Never, "-force_key_frames", KeyFrames(plan, frameRate), "-x264-params", EncoderParameters,
                "-threads", FfmpegArguments.Number(tools.Options.EncoderThreads),
                "-pix_fmt", "yuv420p", "-color_range", "tv", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709",
                "-fflags", "+bitexact", "-flags:v", "+bitexact", "-progress", "pipe:1", "-f", "h264", DifferentPictures,
            ],
            plan.Pictures.Length + 2,
            async (stream, token) =>
            {
                await draw(stream, token).ConfigureAwait(false);
                var gray = new byte[size.Width * size.Height * 3 / 2];
                gray.AsSpan().Fill(Gray);
                await stream.WriteAsync(gray, token).ConfigureAwait(false);
                await stream.WriteAsync(gray, token).ConfigureAwait(false);
            },
            folder,
            purpose,
            cancellationToken).ConfigureAwait(false);
    }

    private static async Task RepeatPicturesAsync(FramePlan plan, string folder, string purpose, CancellationToken cancellationToken)
    {
        await using var encoded = File.OpenRead(Path.Combine(folder, DifferentPictures));
        await using var target = File.Create(Path.Combine(folder, AllPictures), bufferSize: 1 << 16);
        try
        {
            var resting = await RestingPictures.LearnAsync(encoded, cancellationToken).ConfigureAwait(false);
            encoded.Position = 0;
            await resting.WriteAsync(encoded, [.. plan.Pictures.Select(picture => picture.Frames)], target, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException exception)
        {
            throw new StageFailedException(
                "clip.unknown-stream",
                $"{purpose} failed: the encoder's stream is not as it must be: {exception.Message}. Is ffmpeg's libx264 a usual one?",
                retryable: false);
        }
    }

    /// <summary>
    /// Puts frames and sound into fragments. The sound is without loss, in blocks of one frame's length: a fragment has exactly the sound of its frames, and
    /// no sound leads into the next.
    /// </summary>
    private async Task AddSoundAsync(
        FramePlan plan, int frameRate, string? sound, string folder, string name, string purpose, CancellationToken cancellationToken)
    {
        await RunAsync(
            [
                .. FfmpegArguments.Start,
                // -r and not -framerate: the stream says nothing of time, and of what its reader reckons some frames are a tick too short.
                .. FfmpegArguments.LocalOnly, "-f", "h264", "-r", FfmpegArguments.Number(frameRate), "-i", AllPictures,
                .. SoundInput(sound),
                "-map", "0:v:0", "-map", "1:a:0",
                "-c:v", "copy", "-video_track_timescale", FfmpegArguments.Number(frameRate * 512),
                "-af", WholeFrames(plan, frameRate),
                "-c:a", "flac", "-compression_level", "2", "-frame_size:a", FfmpegArguments.Number(SampleRate / frameRate), "-flags:a", "+bitexact",
                "-fflags", "+bitexact", "-map_metadata", "-1",
                "-strict", "experimental", "-movflags", "+frag_keyframe+empty_moov+default_base_moof",
                "-progress", "pipe:1", "-f", "mp4", name,
            ],
            plan.FrameCount,
            null,
            folder,
            purpose,
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>One run of ffmpeg, which is to write so many frames.</summary>
    private async Task RunAsync(
        ImmutableArray<string> arguments, int frames, Func<Stream, CancellationToken, Task>? input, string folder, string purpose,
        CancellationToken cancellationToken)
    {
        var written = 0L;
        await tools.RunAsync(
            new MediaRun
            {
                Tool = MediaTool.Ffmpeg,
                Arguments = arguments,
                WorkingDirectory = folder,
                Timeout = tools.Options.EncodeTimeout,
                Purpose = purpose,
                WriteInput = input,
                OutputLine = line =>
                    written = line.StartsWith("frame=", StringComparison.Ordinal) && long.TryParse(line.AsSpan(6), out var count) ? count : written,
            },
            cancellationToken).ConfigureAwait(false);
        if (written != frames)
        {
            throw new StageFailedException(
                "clip.incomplete", $"{purpose} failed: it wrote {written} frames where {frames} were to be. Is the disk full?", retryable: true);
        }
    }

    /// <summary>A sound without an end where there is none.</summary>
    private static ImmutableArray<string> SoundInput(string? sound) => sound is null
        ? ["-f", "lavfi", "-i", "anullsrc=sample_rate=48000:channel_layout=stereo"]
        : [.. FfmpegArguments.LocalOnly, "-f", "wav", "-i", sound];

    /// <summary>When each picture that is a key frame reaches the encoder, and the first gray one; a quarter of a frame early, for what is rounded.</summary>
    private static string KeyFrames(FramePlan plan, int frameRate)
    {
        var times = new List<string>();
        var position = 0;
        for (var picture = 0; picture <= plan.Pictures.Length; picture++)
        {
            if (picture == plan.Pictures.Length || position % (KeyFrameInterval * frameRate) == 0)
            {
                times.Add(FfmpegArguments.Number(Math.Max(0, (picture - 0.25) / frameRate)));
            }

            position += picture < plan.Pictures.Length ? plan.Pictures[picture].Frames : 0;
        }

        return string.Join(',', times);
    }

    /// <summary>Sound that lasts as long as the pictures, to the sample, and some silence more.</summary>
    private static string WholeFrames(FramePlan plan, int frameRate, int more = 0)
    {
        var samples = (plan.FrameCount * (SampleRate / (long)frameRate)) + more;
        return string.Create(CultureInfo.InvariantCulture, $"apad=whole_len={samples},atrim=end_sample={samples}");
    }
}
