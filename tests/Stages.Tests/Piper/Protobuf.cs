using System.Text;

namespace VideoGen.Stages.Tests.Piper;

/// <summary>Writes messages of protocol buffers: as much of them as a small model takes.</summary>
internal sealed class Protobuf
{
    private readonly MemoryStream _bytes = new();

    public byte[] ToArray() => _bytes.ToArray();

    public Protobuf Add(int field, long number) => Varint((ulong)field << 3).Varint((ulong)number);

    public Protobuf Add(int field, float number)
    {
        Varint(((ulong)field << 3) | 5);
        _bytes.Write(BitConverter.GetBytes(number));
        return this;
    }

    public Protobuf Add(int field, string text) => Add(field, Encoding.UTF8.GetBytes(text));

    public Protobuf Add(int field, Protobuf message) => Add(field, message.ToArray());

    public Protobuf Add(int field, byte[] bytes)
    {
        Varint(((ulong)field << 3) | 2).Varint((ulong)bytes.Length);
        _bytes.Write(bytes);
        return this;
    }

    private Protobuf Varint(ulong number)
    {
        while (number >= 0x80)
        {
            _bytes.WriteByte((byte)(number | 0x80));
            number >>= 7;
        }

        _bytes.WriteByte((byte)number);
        return this;
    }
}
