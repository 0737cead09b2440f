using VideoGen.Stages.Media;

namespace VideoGen.Stages.Checking;

/// <summary>What happens in the picture of a film, seen very small: flashes, standstill, emptiness, and what touches its edge.</summary>
internal static class PictureFacts
{
    private const int Width = 64;
    private const int Height = 36;
    private const int Rate = 30;
    private const string Frames = "frames.raw";

    /// <summary>A change of brightness that counts as half a flash: a tenth of the whole range.</summary>
    private const double FlashStep = 25.5;

    /// <summary>Differences up to this are noise of the encoder.</summary>
    private const int Noise = 2;

    private const int EdgeStep = 32;
    private const double MinFlatEdge = 0.6;

    public static async Task<FilmFacts> MeasureAsync(FilmTools runs, FilmFacts facts, CancellationToken cancellationToken)
    {
        await runs.RunAsync(
            MediaTool.Ffmpeg,
            [
                .. FilmTools.Quiet, .. FilmTools.Input, "-map", "0:v:0", "-an", "-sn", "-vf",
                $"fps={Rate},scale={Width}:{Height}:flags=area,format=gray", "-f", "rawvideo", Frames,
            ],
            "Watching the film",
            null,
            cancellationToken).ConfigureAwait(false);
        var data = await File.ReadAllBytesAsync(Path.Combine(runs.Folder, Frames), cancellationToken).ConfigureAwait(false);
        var count = data.Length / (Width * Height);
        return count == 0 ? facts : facts with
        {
            Flashes = Flashes(data, count),
            LongestFreeze = Longest(count, i => i > 0 && Difference(data, i - 1, i) <= Noise) / (double)Rate,
            Blank = Longest(count, i => IsBlank(Frame(data, i))) / (double)Rate,
            EdgeShare = Enumerable.Range(0, count).Count(i => TouchesEdge(Frame(data, i))) / (double)count,
            EndsAsItBegins = count > 4 * Rate && Mean(data, (3 * Rate) / 2, count - (Rate / 2) - 1) < 1,
        };
    }

    private static ReadOnlySpan<byte> Frame(byte[] data, int index) => data.AsSpan(index * Width * Height, Width * Height);

    /// <summary>Pairs of opposite changes of brightness, within the second that has most.</summary>
    private static int Flashes(byte[] data, int count)
    {
        var turns = new List<int>();
        var (extreme, direction) = (Brightness(Frame(data, 0)), 0);
        for (var i = 1; i < count; i++)
        {
            var brightness = Brightness(Frame(data, i));
            if (direction != 0 && Math.Sign(brightness - extreme) == direction)
            {
                extreme = brightness;
            }
            else if (Math.Abs(brightness - extreme) >= FlashStep)
            {
                turns.Add(i);
                (direction, extreme) = (Math.Sign(brightness - extreme), brightness);
            }
        }

        return turns.Select((turn, i) => turns.Skip(i).TakeWhile(other => other < turn + Rate).Count() / 2).DefaultIfEmpty(0).Max();
    }

    private static double Brightness(ReadOnlySpan<byte> frame)
    {
        var sum = 0;
        foreach (var pixel in frame)
        {
            sum += pixel;
        }

        return sum / (double)frame.Length;
    }

    private static int Difference(byte[] data, int one, int other)
    {
        var a = Frame(data, one);
        var b = Frame(data, other);
        var most = 0;
        for (var i = 0; i < a.Length; i++)
        {
            most = Math.Max(most, Math.Abs(a[i] - b[i]));
        }

        return most;
    }

    private static double Mean(byte[] data, int one, int other)
    {
        var a = Frame(data, one);
        var b = Frame(data, other);
        var sum = 0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += Math.Abs(a[i] - b[i]);
        }

        return sum / (double)a.Length;
    }

    private static int Longest(int count, Func<int, bool> holds)
    {
        var (longest, run) = (0, 0);
        for (var i = 0; i < count; i++)
        {
            run = holds(i) ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }

    private static bool IsBlank(ReadOnlySpan<byte> frame)
    {
        byte least = 255, most = 0;
        foreach (var pixel in frame)
        {
            (least, most) = (Math.Min(least, pixel), Math.Max(most, pixel));
        }

        return most - least <= Noise + 1;
    }

    /// <summary>Where most of the edge is plain, what is not plain was put there; a photograph that fills the picture has no plain edge.</summary>
    private static bool TouchesEdge(ReadOnlySpan<byte> frame)
    {
        var edge = new List<byte>();
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x += y is 0 or Height - 1 ? 1 : Width - 1)
            {
                edge.Add(frame[(y * Width) + x]);
            }
        }

        var ordered = edge.Order().ToList();
        var plain = ordered[ordered.Count / 2];
        var other = edge.Count(pixel => Math.Abs(pixel - plain) > EdgeStep);
        return other > 0 && edge.Count(pixel => Math.Abs(pixel - plain) <= Noise) >= MinFlatEdge * edge.Count;
    }
}
