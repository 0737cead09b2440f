using System.Diagnostics;
using System.Globalization;

namespace VideoGen.Benchmarks.Servers;

/// <summary>What another process takes of the machine.</summary>
internal static class ProcessUse
{
    public static TimeSpan ProcessorTime(int process)
    {
        using var found = Process.GetProcessById(process);
        return found.TotalProcessorTime;
    }

    /// <summary>Bytes of the machine's memory that it has now.</summary>
    public static long Resident(int process) => Read(process, "VmRSS:");

    /// <summary>The most that it had since <see cref="ForgetPeak"/>.</summary>
    public static long PeakResident(int process) => Read(process, "VmHWM:");

    public static void ForgetPeak(int process) => File.WriteAllText($"/proc/{process}/clear_refs", "5");

    private static long Read(int process, string name)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(one => one.StartsWith(name, StringComparison.Ordinal));
        return 1_024 * long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }
}
