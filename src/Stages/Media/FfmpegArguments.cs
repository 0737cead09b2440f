using System.Collections.Immutable;
using System.Globalization;

namespace VideoGen.Stages.Media;

/// <summary>The words that every run of ffmpeg has in common.</summary>
internal static class FfmpegArguments
{
    /// <summary>First: asks nothing, says nothing but errors, and overwrites.</summary>
    public static readonly ImmutableArray<string> Start = ["-nostdin", "-hide_banner", "-loglevel", "error", "-y"];

    /// <summary>Before each input: it is read from files and pipes only, never from the network.</summary>
    public static readonly ImmutableArray<string> LocalOnly = ["-protocol_whitelist", "file,pipe"];

    public static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
