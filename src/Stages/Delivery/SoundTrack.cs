using System.Collections.Immutable;
using VideoGen.Stages.Speech;

namespace VideoGen.Stages.Delivery;

/// <summary>
/// The voices of all scenes as one stream of raw samples. Each is followed by silence up to the last sample of its clip's last frame, so that the
/// next voice begins exactly with its picture.
/// </summary>
internal static class SoundTrack
{
    private const int BlockLength = 65_536;

    public static async Task WriteAsync(ImmutableArray<SceneMaterial> materials, int frameRate, Stream target, CancellationToken cancellationToken)
    {
        var block = new byte[BlockLength];
        foreach (var material in materials)
        {
            var left = material.FrameCount * (LoudnessMeter.SampleRate / (long)frameRate) * WaveFile.BytesPerSample;
            await using var voice = await WaveFile.OpenAsync(material.VoicePath, cancellationToken).ConfigureAwait(false);
            int read;
            while (left > 0 && (read = await voice.ReadAsync(block.AsMemory(0, (int)Math.Min(left, BlockLength)), cancellationToken).ConfigureAwait(false)) > 0)
            {
                await target.WriteAsync(block.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                left -= read;
            }

            Array.Clear(block);
            while (left > 0)
            {
                var count = (int)Math.Min(left, BlockLength);
                await target.WriteAsync(block.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                left -= count;
            }
        }
    }
}
