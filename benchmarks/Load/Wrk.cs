using System.Globalization;
using VideoGen.Benchmarks.Servers;

namespace VideoGen.Benchmarks.Load;

/// <summary>wrk, a generator of HTTP load in a process of its own: each of its connections sends its next request when the last one was answered.</summary>
internal sealed class Wrk(string program, Workbench bench)
{
    /// <summary>What the script of each load ends with: the figures, for a program to read.</summary>
    private const string Tell =
        """
        done = function(summary, latency)
          local e = summary.errors
          io.write(string.format("told %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
            e.connect + e.read + e.write + e.status + e.timeout))
        end
        """;

    /// <summary>Null when it is neither installed nor can be, as on a Debian of which this user is root.</summary>
    public static async Task<Wrk?> FindAsync(Workbench bench)
    {
        if (ServerProcess.Find("wrk") is null && ServerProcess.Find("apt-get") is { } installer && Environment.UserName == "root")
        {
            await ServerProcess.RunAsync(installer, "install", "--yes", "--quiet", "--no-install-recommends", "wrk");
        }

        return ServerProcess.Find("wrk") is { } program ? new Wrk(program, bench) : null;
    }

    /// <summary>A load of the same request from many connections.</summary>
    /// <param name="address">Of the server.</param>
    /// <param name="connections">How many.</param>
    /// <param name="script">In Lua: it sets up <c>wrk</c>, or has a function <c>request</c>.</param>
    public Func<TimeSpan, Task<WrkSample>> Load(Uri address, int connections, string script)
    {
        var file = $"{bench.NewFolder()}.lua";
        File.WriteAllText(file, $"{script}\n{Tell}\n");
        return length => RunAsync(address, connections, file, length);
    }

    private async Task<WrkSample> RunAsync(Uri address, int connections, string script, TimeSpan length)
    {
        var output = await ServerProcess.RunAsync(
            program,
            "--threads", "1", "--connections", Text(connections), "--duration", $"{Text(length.TotalSeconds)}s", "--script", script, address.ToString());
        var told = output.Split('\n').Single(line => line.StartsWith("told ", StringComparison.Ordinal)).Split(' ')[1..];
        var numbers = told.Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        return numbers[4] == 0
            ? new WrkSample(numbers[0] / numbers[1] * 1e6, numbers[2] / 1_000, numbers[3] / 1_000)
            : throw new InvalidOperationException($"{numbers[4]} of {numbers[0]} requests failed: {output}");
    }

    private static string Text(double value) => value.ToString("0", CultureInfo.InvariantCulture);
}

/// <summary>What one round gave.</summary>
/// <param name="PerSecond">Answers, all of which were good.</param>
/// <param name="P50">Milliseconds.</param>
/// <param name="P99">Milliseconds.</param>
internal sealed record WrkSample(double PerSecond, double P50, double P99);
