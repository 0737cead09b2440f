using System.Buffers.Binary;
using VideoGen.Client.Stages;

namespace VideoGen.Stages.Speech;

/// <summary>RIFF files with 48 kHz, 16 bit, stereo: the only kind that this pipeline hands on.</summary>
internal static class WaveFile
{
    public const int BytesPerSample = 4;

    private const int BlockLength = 16_384;

    /// <summary>Writes one channel to both sides.</summary>
    public static async Task WriteAsync(string path, float[] samples, CancellationToken cancellationToken)
    {
        await using var file = File.Create(path);
        await file.WriteAsync(Head(samples.Length * BytesPerSample), cancellationToken).ConfigureAwait(false);
        var block = new byte[BlockLength * BytesPerSample];
        for (var start = 0; start < samples.Length; start += BlockLength)
        {
            var count = Math.Min(BlockLength, samples.Length - start);
            for (var i = 0; i < count; i++)
            {
                var value = (short)Math.Round(Math.Clamp(samples[start + i], -1f, 1f) * short.MaxValue);
                BinaryPrimitives.WriteInt16LittleEndian(block.AsSpan(i * BytesPerSample), value);
                BinaryPrimitives.WriteInt16LittleEndian(block.AsSpan((i * BytesPerSample) + 2), value);
            }

            await file.WriteAsync(block.AsMemory(0, count * BytesPerSample), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Opens a file of this kind at its first sample.</summary>
    /// <exception cref="StageFailedException">It is not of this kind.</exception>
    public static async Task<FileStream> OpenAsync(string path, CancellationToken cancellationToken)
    {
        var file = File.OpenRead(path);
        try
        {
            var head = new byte[RiffHead.Length];
            var read = await file.ReadAtLeastAsync(head, RiffHead.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return read == RiffHead.Length && head.AsSpan(0, 4).SequenceEqual("RIFF"u8) && head.AsSpan(8, 28).SequenceEqual(Head(0).AsSpan(8, 28))
                ? file
                : throw new StageFailedException("voice.unreadable", $"{path} is not a 48 kHz, 16 bit, stereo sound. Retry the stage that made it.");
        }
        catch
        {
            await file.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static byte[] Head(int dataLength) => RiffHead.Of(RiffHead.Pcm, channels: 2, LoudnessMeter.SampleRate, sizeof(short), dataLength);
}
