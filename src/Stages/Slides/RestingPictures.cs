using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace VideoGen.Stages.Slides;

/// <summary>
/// Makes pictures rest: repeats each picture of an H.264 stream as often as it is shown. The encoder need not look at a picture again to find that nothing
/// in it has changed, which takes most of its time on slides: its own picture that skips every block says so in some dozen bytes, and stands for all.
/// </summary>
/// <remarks>
/// The stream is as x264 writes it without frames that refer forwards: one slice for each picture, each picture a reference, shown in the order of decoding
/// (<c>pic_order_cnt_type</c> 2). So the number of each picture after the last key frame (<c>frame_num</c>, a field of fixed length) is all that changes when
/// some are put in. Names and syntax are those of ITU-T H.264, clauses 7.3.2.1 (sequence parameter set), 7.3.3 (slice header) and 7.4.1 (escapes).
/// </remarks>
internal sealed class RestingPictures
{
    private const int Slice = 1;
    private const int KeySlice = 5;
    private const int ParameterSet = 7;

    /// <summary>More than the headers of a parameter set or a slice are long, escapes left out.</summary>
    private const int HeaderLength = 32;

    /// <summary>A picture that skips all blocks is shorter, at any size that a video may have.</summary>
    private const int MostOfASkip = 512;

    private static readonly byte[] StartCode = [0, 0, 0, 1];

    private readonly byte[] _skip;
    private readonly int _numberLength;

    private RestingPictures(byte[] skip, int numberLength) => (_skip, _numberLength) = (skip, numberLength);

    /// <param name="encoded">A stream with two equal pictures at its end, which do not belong to it: the second is how the encoder skips all blocks.</param>
    /// <exception cref="InvalidDataException">The stream is not of this form; the message says why.</exception>
    public static async Task<RestingPictures> LearnAsync(Stream encoded, CancellationToken cancellationToken)
    {
        var (numberLength, last) = (0, Array.Empty<byte>());
        await foreach (var unit in UnitsAsync(encoded, cancellationToken).ConfigureAwait(false))
        {
            switch (TypeOf(unit))
            {
                case ParameterSet:
                    numberLength = ReadNumberLength(unit);
                    break;
                case Slice or KeySlice:
                    last = unit;
                    break;
            }
        }

        return numberLength > 0 && last.Length is > 0 and < MostOfASkip && TypeOf(last) == Slice
            ? new RestingPictures(last, numberLength)
            : throw new InvalidDataException("its last picture does not repeat the one before");
    }

    /// <summary>Writes the stream with its pictures repeated.</summary>
    /// <param name="encoded">The stream that was learnt from, from its beginning.</param>
    /// <param name="frames">For how many frames each picture is shown; the two at the end of the stream are not among them.</param>
    /// <param name="target">Where to.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="InvalidDataException">There are fewer pictures, or more.</exception>
    public async Task WriteAsync(Stream encoded, IReadOnlyList<int> frames, Stream target, CancellationToken cancellationToken)
    {
        var (picture, number) = (0, 0);
        await foreach (var unit in UnitsAsync(encoded, cancellationToken).ConfigureAwait(false))
        {
            var type = TypeOf(unit);
            if (picture >= frames.Count)
            {
                picture += type is Slice or KeySlice ? 1 : 0;
                continue;
            }

            number = type == KeySlice ? 0 : number;
            await WriteUnitAsync(target, type == Slice ? Numbered(unit, number) : unit, cancellationToken).ConfigureAwait(false);
            if (type is not (Slice or KeySlice))
            {
                continue;
            }

            number++;
            for (var repeat = 1; repeat < frames[picture]; repeat++)
            {
                await WriteUnitAsync(target, Numbered(_skip, number++), cancellationToken).ConfigureAwait(false);
            }

            picture++;
        }

        if (picture != frames.Count + 2)
        {
            throw new InvalidDataException($"it has {picture - 2} pictures and not {frames.Count}");
        }
    }

    /// <summary>The units of a byte stream (Annex B), without the start codes between them.</summary>
    private static async IAsyncEnumerable<byte[]> UnitsAsync(
        Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 1 << 20, leaveOpen: true));
        var isDone = false;
        while (!isDone)
        {
            var read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var rest = read.Buffer;
            while (TryTakeUnit(ref rest, out var unit))
            {
                if (unit.Length > 0)
                {
                    yield return unit;
                }
            }

            isDone = read.IsCompleted;
            if (isDone && rest.ToArray().AsSpan().TrimEnd((byte)0) is { Length: > 0 } end)
            {
                yield return end.ToArray();
            }

            reader.AdvanceTo(rest.Start, rest.End);
        }

        await reader.CompleteAsync().ConfigureAwait(false);
    }

    /// <summary>What stands before the next start code; the zeros before that are none of it.</summary>
    private static bool TryTakeUnit(ref ReadOnlySequence<byte> rest, out byte[] unit)
    {
        var reader = new SequenceReader<byte>(rest);
        if (!reader.TryReadTo(out ReadOnlySequence<byte> before, StartCode.AsSpan(1)))
        {
            unit = [];
            return false;
        }

        rest = reader.UnreadSequence;
        unit = before.ToArray();
        var length = unit.AsSpan().TrimEnd((byte)0).Length;
        unit = length == unit.Length ? unit : unit[..length];
        return true;
    }

    private static int TypeOf(byte[] unit) => unit[0] & 31;

    private static async Task WriteUnitAsync(Stream target, byte[] unit, CancellationToken cancellationToken)
    {
        await target.WriteAsync(StartCode, cancellationToken).ConfigureAwait(false);
        await target.WriteAsync(unit, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>How many bits a picture's number has.</summary>
    private static int ReadNumberLength(byte[] parameterSet)
    {
        const int High = 100;
        var raw = Unescaped(parameterSet.AsSpan(0, Math.Min(parameterSet.Length, HeaderLength)));
        if (raw[1] != High)
        {
            throw new InvalidDataException("its profile is not High");
        }

        // After profile, constraints and level: the id; chroma, two depths, and two flags of which neither is set.
        var bits = new BitReader(raw) { Position = 4 * 8 };
        bits.SkipGolomb();
        bits.SkipGolomb();
        bits.SkipGolomb();
        bits.SkipGolomb();
        if (bits.Read(2) != 0)
        {
            throw new InvalidDataException("it has scaling matrices");
        }

        var length = bits.ReadGolomb() + 4;
        return bits.ReadGolomb() == 2 ? length : throw new InvalidDataException("its pictures are not shown in the order of decoding");
    }

    /// <summary>The slice with another number: of its picture after the key frame, as many bits of it as there are.</summary>
    private byte[] Numbered(byte[] slice, int number)
    {
        var raw = Unescaped(slice);
        var bits = new BitReader(raw) { Position = 8 };
        bits.SkipGolomb();
        bits.SkipGolomb();
        bits.SkipGolomb();
        for (var i = 0; i < _numberLength; i++)
        {
            var (at, mask) = ((bits.Position + i) / 8, (byte)(128 >> ((bits.Position + i) % 8)));
            raw[at] = (number >> (_numberLength - 1 - i) & 1) == 1 ? (byte)(raw[at] | mask) : (byte)(raw[at] & ~mask);
        }

        return Escaped(raw);
    }

    /// <summary>Without the threes that keep two zeros from being taken for the beginning of a start code.</summary>
    private static byte[] Unescaped(ReadOnlySpan<byte> unit)
    {
        var raw = new byte[unit.Length];
        var (length, zeros) = (0, 0);
        foreach (var value in unit)
        {
            if (zeros >= 2 && value == 3)
            {
                zeros = 0;
                continue;
            }

            zeros = value == 0 ? zeros + 1 : 0;
            raw[length++] = value;
        }

        return raw[..length];
    }

    private static byte[] Escaped(ReadOnlySpan<byte> raw)
    {
        var unit = new ArrayBufferWriter<byte>(raw.Length + (raw.Length / 64) + 1);
        var zeros = 0;
        foreach (var value in raw)
        {
            if (zeros >= 2 && value <= 3)
            {
                unit.Write([(byte)3]);
                zeros = 0;
            }

            unit.Write([value]);
            zeros = value == 0 ? zeros + 1 : 0;
        }

        return unit.WrittenSpan.ToArray();
    }

    /// <summary>Reads numbers of fixed length, and such that say their own length (Exp-Golomb, clause 9.1).</summary>
    private ref struct BitReader(ReadOnlySpan<byte> data)
    {
        private readonly ReadOnlySpan<byte> _data = data;

        public int Position { get; set; }

        public int Read(int count)
        {
            var value = 0;
            for (; count > 0; count--, Position++)
            {
                value = (value << 1) | ((_data[Position / 8] >> (7 - (Position % 8))) & 1);
            }

            return value;
        }

        public int ReadGolomb()
        {
            var zeros = 0;
            while (Read(1) == 0)
            {
                zeros++;
            }

            return (1 << zeros) - 1 + Read(zeros);
        }

        public void SkipGolomb() => ReadGolomb();
    }
}
