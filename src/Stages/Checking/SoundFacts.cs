using System.Collections.Immutable;
using System.Globalization;
using VideoGen.Stages.Media;

namespace VideoGen.Stages.Checking;

/// <summary>How loud a film is, and when it is silent.</summary>
internal sealed record SoundFacts(double Loudness, double TruePeak, double LongestSilence, ImmutableArray<(double Start, double End)> Speech)
{
    /// <summary>The file is read where it is named.</summary>
    public static async Task<SoundFacts> MeasureAsync(FilmTools runs, double duration, CancellationToken cancellationToken)
    {
        var (loudness, peak) = (-70.0, 0.0);
        var silences = new List<(double Start, double End)>();
        var open = -1.0;
        await runs.RunAsync(
            MediaTool.Ffmpeg,
            [
                .. FilmTools.Quiet, .. FilmTools.Input, "-map", "0:a:0", "-vn", "-af",
                "ebur128=metadata=1:peak=true,silencedetect=noise=-50dB:d=0.25,ametadata=print:file=-", "-f", "null", "-",
            ],
            "Listening to the film",
            line =>
            {
                if (Value(line, "lavfi.r128.I=") is { } integrated)
                {
                    loudness = integrated;
                }
                else if (Value(line, "lavfi.r128.true_peak=") is { } linear)
                {
                    peak = Math.Max(peak, linear);
                }
                else if (Value(line, "lavfi.silence_start=") is { } start)
                {
                    open = Math.Max(0, start);
                }
                else if (Value(line, "lavfi.silence_end=") is { } end && open >= 0)
                {
                    silences.Add((open, end));
                    open = -1;
                }
            },
            cancellationToken).ConfigureAwait(false);
        if (open >= 0)
        {
            silences.Add((open, Math.Max(open, duration)));
        }

        var longest = silences.Select(part => part.End - part.Start).DefaultIfEmpty(0).Max();
        return new SoundFacts(loudness, peak > 0 ? 20 * Math.Log10(peak) : -99, longest, Between(silences, duration));
    }

    private static ImmutableArray<(double Start, double End)> Between(List<(double Start, double End)> silences, double duration)
    {
        var parts = ImmutableArray.CreateBuilder<(double Start, double End)>();
        var from = 0.0;
        foreach (var (start, end) in silences.Append((duration, duration)))
        {
            if (start - from > 0.05)
            {
                parts.Add((from, start));
            }

            from = end;
        }

        return parts.ToImmutable();
    }

    private static double? Value(string line, string key) =>
        line.StartsWith(key, StringComparison.Ordinal) && double.TryParse(line.AsSpan(key.Length), CultureInfo.InvariantCulture, out var value) ? value : null;
}
