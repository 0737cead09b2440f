using System.Buffers.Binary;
using System.Text;

namespace VideoGen.Silo.Api.Watching;

/// <summary>A part of an MP4 file (ISO/IEC 14496-12, 4.2): its kind in four letters, and what stands behind its head.</summary>
internal readonly record struct Box(string Kind, Memory<byte> Body)
{
    public const int HeadLength = 8;

    /// <summary>The boxes that stand behind each other.</summary>
    /// <exception cref="InvalidDataException">One of them is longer than what it stands in.</exception>
    public static IEnumerable<Box> In(Memory<byte> content)
    {
        while (content.Length >= HeadLength)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(content.Span);
            if (length < HeadLength || length > content.Length)
            {
                throw new InvalidDataException("A box is longer than what it stands in.");
            }

            yield return new Box(KindOf(content.Span), content[HeadLength..(int)length]);
            content = content[(int)length..];
        }
    }

    public static string KindOf(ReadOnlySpan<byte> head) => Encoding.Latin1.GetString(head.Slice(4, 4));

    public IEnumerable<Box> Children => In(Body);

    /// <exception cref="InvalidDataException">There is none.</exception>
    public Box Child(string kind) => Find(kind) ?? throw new InvalidDataException($"There is no {kind} in {Kind}.");

    public Box? Find(string kind) => Children.Where(box => box.Kind == kind).Select(box => (Box?)box).FirstOrDefault();

    /// <exception cref="InvalidDataException">The box is shorter.</exception>
    public uint UInt32(int offset) => BinaryPrimitives.ReadUInt32BigEndian(At(offset, 4));

    /// <exception cref="InvalidDataException">The box is shorter.</exception>
    public Span<byte> At(int offset, int length) => offset >= 0 && offset + length <= Body.Length
        ? Body.Span.Slice(offset, length)
        : throw new InvalidDataException($"The box {Kind} ends too soon.");

    /// <summary>The first byte of many boxes: 1 where times have 64 bits.</summary>
    public bool IsLong => At(0, 1)[0] == 1;
}
