using System.Diagnostics;
using System.Text.Json;

namespace VideoGen.Cluster.Tests.Processes;

/// <summary>What ffprobe, which knows nothing of us, says about a video.</summary>
public sealed record Probe(IReadOnlyList<string> Streams, int Chapters, double Duration)
{
    public static async Task<Probe> ReadAsync(string video)
    {
        var start = new ProcessStartInfo("ffprobe", ["-v", "error", "-of", "json", "-show_streams", "-show_chapters", "-show_format", video])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        using var json = await JsonDocument.ParseAsync(process.StandardOutput.BaseStream);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return new Probe(
            [
                .. json.RootElement.GetProperty("streams").EnumerateArray()
                    .Select(stream => stream.GetProperty("codec_type").GetString()!)
                    .Where(type => type != "data")
                    .Order(),
            ],
            json.RootElement.GetProperty("chapters").GetArrayLength(),
            double.Parse(json.RootElement.GetProperty("format").GetProperty("duration").GetString()!, System.Globalization.CultureInfo.InvariantCulture));
    }

    public static async Task AssertVideoAsync(string video)
    {
        var probe = await ReadAsync(video);
        Assert.Equal(["audio", "subtitle", "video"], probe.Streams);
        Assert.True(probe.Chapters >= 1, "The video has no chapters.");
        Assert.True(probe.Duration > 1, $"The video lasts {probe.Duration} s.");
    }
}
