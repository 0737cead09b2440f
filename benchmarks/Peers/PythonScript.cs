using System.Globalization;
using VideoGen.Benchmarks.Load;
using VideoGen.Benchmarks.Servers;

namespace VideoGen.Benchmarks.Peers;

/// <summary>The Python system's way of keeping a task (<c>benchmarks/Python</c>), each run in an interpreter of its own that measures itself.</summary>
internal sealed class PythonScript(string interpreter, string folder)
{
    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "Python", "measure.py");

    /// <summary>Null when there is no interpreter.</summary>
    public static PythonScript? Find(string folder) => ServerProcess.Find("python3") is { } interpreter ? new PythonScript(interpreter, folder) : null;

    /// <param name="way">unlocked, atomic or synced.</param>
    /// <param name="callers">Coroutines of one event loop.</param>
    /// <param name="length">How long they go on.</param>
    public async Task<Sample> RateAsync(string way, int callers, TimeSpan length)
    {
        var lines = (await RunAsync("rate", folder, way, Text(callers), Text(length.TotalSeconds))).Split('\n');
        return new Sample(lines[1..].Select(Number), TimeSpan.FromSeconds(Number(lines[0])));
    }

    public async Task<Contention> ContendAsync(int processes, int updates, TimeSpan pause)
    {
        var told = (await RunAsync("processes", folder, Text(processes), Text(updates), Text(pause.TotalMilliseconds))).Split(' ').Select(int.Parse).ToArray();
        return new Contention(told[0], told[1], told[2], told[3], told[4], told[5]);
    }

    /// <summary>Seconds of two stages one after the other, and of both at once.</summary>
    public async Task<(double OneByOne, double AtOnce)> StagesAsync(int steps, TimeSpan step)
    {
        var told = (await RunAsync("stages", folder, Text(steps), Text(step.TotalMilliseconds))).Split(' ').Select(Number).ToArray();
        return (told[0], told[1]);
    }

    private Task<string> RunAsync(params string[] arguments) => ServerProcess.RunAsync(interpreter, ["-B", Script, .. arguments]);

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>What came of updates that were made against each other.</summary>
/// <param name="Acknowledged">Updates that their caller was told were saved.</param>
/// <param name="Lost">Of those, updates that are not in the task afterwards.</param>
/// <param name="GivenUp">Updates that failed.</param>
/// <param name="Repeated">Updates that had to be made more than once, those that failed included.</param>
/// <param name="Retries">How often in all.</param>
/// <param name="Damaged">Tasks that could not be read afterwards.</param>
internal sealed record Contention(int Acknowledged, int Lost, int GivenUp, int Repeated, int Retries, int Damaged)
{
    public static Contention operator +(Contention a, Contention b) => new(
        a.Acknowledged + b.Acknowledged, a.Lost + b.Lost, a.GivenUp + b.GivenUp, a.Repeated + b.Repeated, a.Retries + b.Retries, a.Damaged + b.Damaged);
}
