using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using VideoGen.Stages.Slides;
using VideoGen.Stages.Tests.Media;

namespace VideoGen.Stages.Tests.Slides;

public sealed class RestingPicturesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("videogen-").FullName;

    /// <summary>More frames than the number of a picture has values, before and after a key frame, and pictures that are shown once.</summary>
    [Theory]
    [InlineData(1, 40, 1, 1, 17, 1, 3, 70, 1, 1, 2, 33)]
    [InlineData(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)]
    [InlineData(300, 1, 1, 1, 1, 300, 1, 1, 1, 1, 1, 300)]
    public async Task EachPictureIsShownAsLongAsItRestsAndChangesInNothing(params int[] frames)
    {
        const int SecondKeyPicture = 6;
        var encoded = await EncodeAsync(frames.Length, "0,0.19");
        var repeated = await RepeatAsync(encoded, frames);

        var pictures = await PicturesOfAsync(encoded);
        Assert.Equal(frames.Length + 2, pictures.Length);
        Assert.Equal(frames.Length, pictures.Take(frames.Length).Distinct().Count());
        Assert.Equal(frames.SelectMany((count, picture) => Enumerable.Repeat(pictures[picture], count)), await PicturesOfAsync(repeated));
        IEnumerable<int> numbers = [.. Enumerable.Range(0, frames[..SecondKeyPicture].Sum()), .. Enumerable.Range(0, frames[SecondKeyPicture..].Sum())];
        Assert.Equal(numbers.Select(number => number % 16), await NumbersOfAsync(repeated));
        Assert.DoesNotMatch("\0\0[\0-\u0002]", await BetweenStartCodesAsync(repeated));
    }

    [Fact]
    public async Task AStreamWithoutAnEqualPairAtItsEndIsRefused()
    {
        var encoded = Path.Combine(_folder, "moving.h264");
        await RunAsync(["-f", "lavfi", "-i", "testsrc2=size=320x240:rate=30", "-frames:v", "8", .. Encoder, encoded]);

        var problem = await Assert.ThrowsAsync<InvalidDataException>(() => RepeatAsync(encoded, [1, 1, 1, 1, 1, 1]));

        Assert.Equal("its last picture does not repeat the one before", problem.Message);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(13)]
    public async Task AStreamWithOtherPicturesThanThePlanIsRefused(int planned)
    {
        var encoded = await EncodeAsync(12, "0");

        var problem = await Assert.ThrowsAsync<InvalidDataException>(() => RepeatAsync(encoded, [.. Enumerable.Repeat(2, planned)]));

        Assert.Equal($"it has 12 pictures and not {planned}", problem.Message);
    }

    [Theory]
    [InlineData("high", "2", "its pictures are not shown in the order of decoding")]
    [InlineData("main", "0", "its profile is not High")]
    public async Task AStreamOfAnotherFormIsRefused(string profile, string forward, string expected)
    {
        var encoded = Path.Combine(_folder, "other.h264");
        await RunAsync(
            "-f", "lavfi", "-i", "color=gray:size=320x240:rate=30", "-frames:v", "8",
            "-c:v", "libx264", "-preset", "veryfast", "-profile:v", profile, "-qp", "15", "-bf", forward, "-f", "h264", encoded);

        var problem = await Assert.ThrowsAsync<InvalidDataException>(() => RepeatAsync(encoded, [1, 1, 1, 1, 1, 1]));

        Assert.Equal(expected, problem.Message);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string[] Encoder =>
    [
        "-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "high", "-pix_fmt", "yuv420p", "-qp", "15", "-g", "1000",
        "-x264-params", "cabac=1:8x8dct=1:bframes=0:scenecut=0", "-threads", "1", "-f", "h264",
    ];

    /// <summary>
    /// So many pictures that all differ, and two gray ones; key frames at the times that are named, and at the gray ones. They are so large that one that rests
    /// has zeros to escape.
    /// </summary>
    private async Task<string> EncodeAsync(int pictures, string keyFrames)
    {
        var encoded = Path.Combine(_folder, "encoded.h264");
        await RunAsync(
        [
            "-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=30", "-f", "lavfi", "-i", "color=gray:size=1280x720:rate=30",
            "-filter_complex", $"[0]trim=end_frame={pictures}[a];[1]trim=end_frame=2[b];[a][b]concat",
            "-force_key_frames", FormattableString.Invariant($"{keyFrames},{(pictures - 0.25) / 30:0.####}"), .. Encoder, encoded,
        ]);
        return encoded;
    }

    private async Task<string> RepeatAsync(string encoded, int[] frames)
    {
        var repeated = Path.Combine(_folder, "repeated.h264");
        await using var source = File.OpenRead(encoded);
        var resting = await RestingPictures.LearnAsync(source, TestContext.Current.CancellationToken);
        source.Position = 0;
        await using var target = File.Create(repeated);
        await resting.WriteAsync(source, frames, target, TestContext.Current.CancellationToken);
        return repeated;
    }

    /// <summary>A hash of each picture as it is seen. What the decoder says of a fault stands among them.</summary>
    private static async Task<string[]> PicturesOfAsync(string stream) =>
    [
        .. (await ProgramOutput.OfAsync(
                "ffmpeg", "-nostdin", "-v", "warning", "-err_detect", "explode", "-r", "30", "-f", "h264", "-i", stream, "-f", "framemd5", "-"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split(',')[^1].Trim()),
    ];

    /// <summary>The number of each picture after its key frame, of which four bits are kept, as ffmpeg's own reader of headers finds it.</summary>
    private static async Task<IEnumerable<int>> NumbersOfAsync(string stream) =>
        Regex.Matches(
                await ProgramOutput.OfAsync(
                    "ffmpeg",
                    "-nostdin", "-hide_banner", "-v", "info", "-r", "30", "-f", "h264", "-i", stream,
                    "-c", "copy", "-bsf:v", "trace_headers", "-f", "null", "-"),
                @" frame_num +[01]{4} = (\d+)")
            .Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));

    /// <summary>All that stands between start codes, a character a byte.</summary>
    private static async Task<string> BetweenStartCodesAsync(string stream) =>
        Encoding.Latin1.GetString(await File.ReadAllBytesAsync(stream, TestContext.Current.CancellationToken))
            .Replace("\0\0\0\u0001", "|", StringComparison.Ordinal);

    private static Task<string> RunAsync(params string[] arguments) =>
        ProgramOutput.OfAsync("ffmpeg", ["-nostdin", "-v", "error", "-y", .. arguments]);
}
