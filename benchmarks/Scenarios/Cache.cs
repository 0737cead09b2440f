using System.Diagnostics;
using System.Globalization;
using VideoGen.Benchmarks.Load;
using VideoGen.Benchmarks.Report;
using VideoGen.Benchmarks.Servers;

namespace VideoGen.Benchmarks.Scenarios;

/// <summary>The sample's video, and then that of the same document with one sentence changed, each by a program of its own.</summary>
internal static class Cache
{
    /// <summary>A round makes two films.</summary>
    private const int MaxRounds = 3;

    private const string Program = "src/Cli/bin/Release/net10.0/videogen.dll";

    private const string Document = "samples/orleans.md";

    private const string Sentence = "In Microsoft Orleans such an actor is called a grain.";

    private const string Changed = "In Microsoft Orleans one calls such an actor a grain.";

    public static async Task RunAsync(Workbench bench, Rounds rounds)
    {
        if (RepositoryFile.Find(Program) is not { } program || RepositoryFile.Find(Document) is not { } document)
        {
            Console.WriteLine($"cache was not measured: it needs {Program} (dotnet build -c Release) and {Document}.");
            return;
        }

        Console.WriteLine("### cache: the sample's video, and the same with one sentence changed\n");
        var (firsts, seconds, freshes) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < Math.Min(rounds.Count, MaxRounds); round++)
        {
            var folder = bench.NewFolder();
            var sources = Directory.CreateDirectory(Path.Combine(folder, "samples")).FullName;
            foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(document)!))
            {
                File.Copy(file, Path.Combine(sources, Path.GetFileName(file)));
            }

            var edited = Path.Combine(sources, Path.GetFileName(document));
            firsts.Add(await MakeAsync(program, folder, edited));
            var text = await File.ReadAllTextAsync(edited);
            if (!text.Contains(Sentence, StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"{Document} has no sentence '{Sentence}' any more.");
            }

            await File.WriteAllTextAsync(edited, text.Replace(Sentence, Changed, StringComparison.Ordinal));
            seconds.Add(await MakeAsync(program, folder, edited));
            freshes.Add(await MakeAsync(program, folder, edited, "--fresh", "--id", "fresh"));
        }

        var table = new Table("the program, from its start to its end", "s", "from to");
        Add("the first film", firsts);
        Add("one sentence changed", seconds);
        Add("one sentence changed, `--fresh`", freshes);
        table.Print();
        Ratio.AtMost("cache-changed-over-first", Rounds.Median(seconds.Zip(firsts, (changed, first) => changed / first)), 0.35, 0.15);

        void Add(string row, List<double> times) => table.Add(row, Number(Rounds.Median(times)), $"{Number(times.Min())} to {Number(times.Max())}");
        static string Number(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
    }

    private static async Task<double> MakeAsync(string program, string folder, string document, params string[] further)
    {
        string[] arguments = [program, "run", document, "-o", Path.Combine(folder, "film.mp4"), "--data", Path.Combine(folder, "data"), .. further];
        var began = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? Stopwatch.GetElapsedTime(began).TotalSeconds
            : throw new InvalidOperationException($"videogen ended with {process.ExitCode}: {await errors}{await output}");
    }
}
