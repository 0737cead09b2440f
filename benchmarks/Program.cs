using System.Globalization;
using System.Runtime.InteropServices;
using VideoGen.Benchmarks.Load;
using VideoGen.Benchmarks.Scenarios;
using VideoGen.Benchmarks.Servers;

var scenarios = new Dictionary<string, Func<Workbench, Rounds, Task>>
{
    ["hot"] = Hot.RunAsync,
    ["wide"] = Wide.RunAsync,
    ["latency"] = Latency.RunAsync,
    ["reads"] = Reads.RunAsync,
    ["faults"] = Faults.RunAsync,
    ["growth"] = Growth.RunAsync,
    ["takes"] = Takes.RunAsync,
    ["fair"] = Fair.RunAsync,
    ["open"] = Open.RunAsync,
    ["pipeline"] = Pipeline.RunAsync,
    ["leases"] = Leases.RunAsync,
    ["limits"] = SlotLimits.RunAsync,
    ["parallel"] = ParallelStages.RunAsync,
    ["recovery"] = Recovery.RunAsync,
    ["cache"] = Cache.RunAsync,
    ["http"] = Http.RunAsync,
    ["lists"] = Lists.RunAsync,
    ["screen"] = Screens.RunAsync,
    ["artifact"] = Transfers.RunAsync,
    ["streams"] = Streams.RunAsync,
    ["python"] = PythonSystem.RunAsync,
};
var wanted = args.FirstOrDefault() ?? "";
var rounds = args.Length > 1 && int.TryParse(args[1], out var count) && count > 0 ? count : 5;
if (args.Length > 2 || (args.Length == 2 && args[1] != rounds.ToString(CultureInfo.InvariantCulture)) || (wanted != "all" && !scenarios.ContainsKey(wanted)))
{
    await Console.Error.WriteLineAsync(
        $"Usage: benchmarks {string.Join('|', scenarios.Keys)}|all [ROUNDS]    Each row gets 5 rounds of 2 s, unless another number is given.");
    return 2;
}

await using var bench = new Workbench(Path.Combine(Path.GetTempPath(), $"videogen-benchmarks-{Environment.ProcessId}"));
Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm} UTC, {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, "
    + $"{RuntimeInformation.FrameworkDescription}, files on {new DriveInfo(bench.Folder).DriveFormat}"));
foreach (var (name, run) in scenarios)
{
    if (wanted == "all" || wanted == name)
    {
        Console.WriteLine();
        await run(bench, new Rounds(rounds, TimeSpan.FromSeconds(2)));
    }
}

return 0;
