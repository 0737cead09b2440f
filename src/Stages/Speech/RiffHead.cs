using System.Buffers.Binary;

namespace VideoGen.Stages.Speech;

/// <summary>What stands before the samples of a RIFF file of sound.</summary>
internal static class RiffHead
{
    /// <summary>Bytes.</summary>
    public const int Length = 44;

    /// <summary>Whole numbers.</summary>
    public const short Pcm = 1;

    /// <summary>IEEE floats.</summary>
    public const short Float = 3;

    /// <param name="format"><see cref="Pcm"/> or <see cref="Float"/>.</param>
    /// <param name="channels">How many.</param>
    /// <param name="sampleRate">Samples of a channel in a second.</param>
    /// <param name="sampleLength">Bytes of a sample of one channel.</param>
    /// <param name="dataLength">Bytes of all samples.</param>
    public static byte[] Of(short format, short channels, int sampleRate, short sampleLength, int dataLength)
    {
        var head = new byte[Length];
        var span = head.AsSpan();
        "RIFF"u8.CopyTo(span);
        BinaryPrimitives.WriteInt32LittleEndian(span[4..], Length - 8 + dataLength);
        "WAVEfmt "u8.CopyTo(span[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(span[16..], 16);
        BinaryPrimitives.WriteInt16LittleEndian(span[20..], format);
        BinaryPrimitives.WriteInt16LittleEndian(span[22..], channels);
        BinaryPrimitives.WriteInt32LittleEndian(span[24..], sampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(span[28..], sampleRate * channels * sampleLength);
        BinaryPrimitives.WriteInt16LittleEndian(span[32..], (short)(channels * sampleLength));
        BinaryPrimitives.WriteInt16LittleEndian(span[34..], (short)(8 * sampleLength));
        "data"u8.CopyTo(span[36..]);
        BinaryPrimitives.WriteInt32LittleEndian(span[40..], dataLength);
        return head;
    }
}
