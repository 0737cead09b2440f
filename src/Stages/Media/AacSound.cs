using System.Collections.Immutable;
using VideoGen.Client.Stages;

namespace VideoGen.Stages.Media;

/// <summary>
/// The sound of a film in parts that are encoded one by one and joined as they are: AAC in frames that each say their own length (ADTS, ISO/IEC 14496-3).
/// </summary>
/// <remarks>
/// A frame is heard as its first half over the second half of the frame before. So parts can be joined where both are silent, and a part begins with its
/// second frame: the first belongs to what was before the sound.
/// </remarks>
internal static class AacSound
{
    /// <summary>Samples of a frame.</summary>
    public const int FrameLength = 1_024;

    /// <summary>Samples of silence at the end of a part, more than are ever wanted: parts begin with whole frames, so that some last a frame longer.</summary>
    public const int Padding = 12_000;

    /// <summary>For the encoder. Its fast search is enough: at this bit rate, speech sounds the same.</summary>
    public static readonly ImmutableArray<string> Encoder =
        ["-c:a", "aac", "-aac_coder", "fast", "-b:a", "160k", "-ar", "48000", "-flags:a", "+bitexact", "-f", "adts"];

    private const int HeadLength = 7;

    /// <summary>The frames of a part from its beginning, as many as are asked for.</summary>
    /// <exception cref="StageFailedException">It has fewer, or is no such file.</exception>
    public static ReadOnlyMemory<byte> Take(ReadOnlyMemory<byte> part, int frames, string purpose)
    {
        var begin = LengthAt(part, 0, purpose);
        var end = begin;
        for (var i = 0; i < frames; i++)
        {
            end += LengthAt(part, end, purpose);
        }

        return part[begin..end];
    }

    private static int LengthAt(ReadOnlyMemory<byte> part, int position, string purpose)
    {
        var head = part.Span[Math.Min(position, part.Length)..];
        var length = head.Length < HeadLength || head[0] != 0xFF || (head[1] & 0xF0) != 0xF0 ? 0 : ((head[3] & 3) << 11) | (head[4] << 3) | (head[5] >> 5);
        return length >= HeadLength && length <= head.Length
            ? length
            : throw new StageFailedException(
                "sound.incomplete", $"{purpose} failed: the sound of a scene is no AAC, or ends too early. Retry the stage that drew the scene.");
    }
}
