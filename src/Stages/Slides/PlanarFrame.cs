using System.Numerics;
using SkiaSharp;

namespace VideoGen.Stages.Slides;

/// <summary>A picture as the encoder takes it: 8-bit luma, then the two chroma planes at half size (BT.709, limited range).</summary>
internal sealed class PlanarFrame(int width, int height)
{
    public byte[] Data { get; } = new byte[width * height * 3 / 2];

    /// <summary>Takes over a drawn picture; chroma is the mean of four pixels.</summary>
    public void Read(SKBitmap bitmap)
    {
        var pixels = bitmap.GetPixelSpan();
        var stride = bitmap.RowBytes;
        var blue = Data.AsSpan(width * height, width * height / 4);
        var red = Data.AsSpan(width * height * 5 / 4, width * height / 4);
        for (var y = 0; y < height; y += 2)
        {
            var upper = pixels.Slice(y * stride, width * 4);
            var lower = pixels.Slice((y + 1) * stride, width * 4);
            var upperLuma = Data.AsSpan(y * width, width);
            var lowerLuma = Data.AsSpan((y + 1) * width, width);
            var chroma = y / 2 * (width / 2);
            for (var x = 0; x < width; x += 2)
            {
                var i = x * 4;
                upperLuma[x] = Luma(upper, i);
                upperLuma[x + 1] = Luma(upper, i + 4);
                lowerLuma[x] = Luma(lower, i);
                lowerLuma[x + 1] = Luma(lower, i + 4);
                var b = upper[i] + upper[i + 4] + lower[i] + lower[i + 4];
                var g = upper[i + 1] + upper[i + 5] + lower[i + 1] + lower[i + 5];
                var r = upper[i + 2] + upper[i + 6] + lower[i + 2] + lower[i + 6];
                blue[chroma + (x / 2)] = (byte)(((-6_596 * r) - (22_189 * g) + (28_784 * b) + (128 << 18) + (1 << 17)) >> 18);
                red[chroma + (x / 2)] = (byte)(((28_784 * r) - (26_145 * g) - (2_639 * b) + (128 << 18) + (1 << 17)) >> 18);
            }
        }
    }

    public void CopyFrom(PlanarFrame other) => other.Data.CopyTo(Data, 0);

    /// <summary>Becomes a mixture of two pictures.</summary>
    /// <param name="from">The picture that goes.</param>
    /// <param name="to">The picture that comes.</param>
    /// <param name="share">Of the second, from 0 to 256.</param>
    public void Mix(PlanarFrame from, PlanarFrame to, int share)
    {
        ReadOnlySpan<byte> source = from.Data;
        ReadOnlySpan<byte> target = to.Data;
        Span<byte> result = Data;
        var (fromShare, toShare) = (new Vector<ushort>((ushort)(256 - share)), new Vector<ushort>((ushort)share));
        var half = new Vector<ushort>(128);
        var i = 0;
        for (; i <= result.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            var a = new Vector<byte>(source[i..]);
            var b = new Vector<byte>(target[i..]);
            if (a == b)
            {
                a.CopyTo(result[i..]);
                continue;
            }

            Vector.Widen(a, out var aLow, out var aHigh);
            Vector.Widen(b, out var bLow, out var bHigh);
            var low = Vector.ShiftRightLogical((aLow * fromShare) + (bLow * toShare) + half, 8);
            var high = Vector.ShiftRightLogical((aHigh * fromShare) + (bHigh * toShare) + half, 8);
            Vector.Narrow(low, high).CopyTo(result[i..]);
        }

        for (; i < result.Length; i++)
        {
            result[i] = (byte)(((source[i] * (256 - share)) + (target[i] * share) + 128) >> 8);
        }
    }

    /// <summary>The pixels are blue, green, red, alpha.</summary>
    private static byte Luma(ReadOnlySpan<byte> pixels, int i) =>
        (byte)(((11_966 * pixels[i + 2]) + (40_254 * pixels[i + 1]) + (4_064 * pixels[i]) + (16 << 16) + (1 << 15)) >> 16);
}
