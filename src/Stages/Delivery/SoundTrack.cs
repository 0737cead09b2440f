using System.Collections.Immutable;
using VideoGen.Stages.Media;
using VideoGen.Stages.Speech;

namespace VideoGen.Stages.Delivery;

/// <summary>
/// Joins the sounds of all scenes to one. Each begins with the whole frame of sound that is nearest to its first picture, so within eleven milliseconds of it.
/// Between two scenes both are silent: each voice begins and ends with a rest.
/// </summary>
internal sealed class SoundTrack(MediaToolRunner tools)
{
    public const string FileName = "sound.aac";

    private const string Purpose = "Joining the sound";

    /// <summary>Makes <see cref="FileName"/> in the folder.</summary>
    public async Task JoinAsync(ImmutableArray<SceneMaterial> materials, int frameRate, string folder, CancellationToken cancellationToken)
    {
        await using var target = File.Create(Path.Combine(folder, FileName));
        foreach (var material in materials)
        {
            var path = material.SoundPath ?? await EncodeAsync(material, folder, cancellationToken).ConfigureAwait(false);
            var part = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
            var frames = FirstOf(material.FirstFrame + material.FrameCount, frameRate) - FirstOf(material.FirstFrame, frameRate);
            await target.WriteAsync(AacSound.Take(part, frames, $"{Purpose} of {material.Scene.Id}"), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The frame of sound that is nearest to a picture.</summary>
    private static int FirstOf(int picture, int frameRate) =>
        (int)Math.Round(picture * (LoudnessMeter.SampleRate / (double)frameRate) / AacSound.FrameLength);

    /// <summary>The sound of a scene whose clip was drawn by a worker of a former version, which left that to whoever joins.</summary>
    private async Task<string> EncodeAsync(SceneMaterial material, string folder, CancellationToken cancellationToken)
    {
        var (link, name) = ($"{material.Scene.Id}.wav", $"{material.Scene.Id}.aac");
        File.CreateSymbolicLink(Path.Combine(folder, link), material.VoicePath!);
        await tools.RunAsync(
            new MediaRun
            {
                Tool = MediaTool.Ffmpeg,
                Arguments =
                [
                    .. FfmpegArguments.Start, .. FfmpegArguments.LocalOnly, "-f", "wav", "-i", link,
                    "-af", $"apad=pad_len={FfmpegArguments.Number(AacSound.Padding)}", .. AacSound.Encoder, name,
                ],
                WorkingDirectory = folder,
                Timeout = tools.Options.EncodeTimeout,
                Purpose = $"{Purpose} of {material.Scene.Id}",
            },
            cancellationToken).ConfigureAwait(false);
        return Path.Combine(folder, name);
    }
}
