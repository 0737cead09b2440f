using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace VideoGen.Stages.Speech;

/// <summary>RIFF files with one channel of 32-bit floats, as a synthesizer within this process makes them.</summary>
internal static class FloatWave
{
    private const int HeadLength = 44;

    public static async Task WriteAsync(string path, float[] samples, int sampleRate, CancellationToken cancellationToken)
    {
        await using var file = File.Create(path);
        await file.WriteAsync(Head(samples.Length * sizeof(float), sampleRate), cancellationToken).ConfigureAwait(false);
        await file.WriteAsync(MemoryMarshal.AsBytes<float>(samples).ToArray(), cancellationToken).ConfigureAwait(false);
    }

    private static byte[] Head(int dataLength, int sampleRate)
    {
        var head = new byte[HeadLength];
        var span = head.AsSpan();
        "RIFF"u8.CopyTo(span);
        BinaryPrimitives.WriteInt32LittleEndian(span[4..], HeadLength - 8 + dataLength);
        "WAVEfmt "u8.CopyTo(span[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(span[16..], 16);
        BinaryPrimitives.WriteInt16LittleEndian(span[20..], 3); // IEEE float
        BinaryPrimitives.WriteInt16LittleEndian(span[22..], 1);
        BinaryPrimitives.WriteInt32LittleEndian(span[24..], sampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(span[28..], sampleRate * sizeof(float));
        BinaryPrimitives.WriteInt16LittleEndian(span[32..], sizeof(float));
        BinaryPrimitives.WriteInt16LittleEndian(span[34..], 8 * sizeof(float));
        "data"u8.CopyTo(span[36..]);
        BinaryPrimitives.WriteInt32LittleEndian(span[40..], dataLength);
        return head;
    }
}
