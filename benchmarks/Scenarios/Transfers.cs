using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using VideoGen.Benchmarks.Load;
using VideoGen.Benchmarks.Report;
using VideoGen.Benchmarks.Servers;
using VideoGen.Benchmarks.Silos;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;

namespace VideoGen.Benchmarks.Scenarios;

/// <summary>A file of 1 GiB that a worker uploads through a silo and that a reader downloads, and the memory that the silo takes for it.</summary>
internal static class Transfers
{
    private const long Length = 1L << 30;

    private const string Name = "film.bin";

    /// <summary>Each round moves four GiB through the disk, the client and the silo.</summary>
    private const int MaxRounds = 3;

    public static async Task RunAsync(Workbench bench, Rounds rounds)
    {
        if (DeployedSilo.Program is null)
        {
            Console.WriteLine("artifact was not measured: it needs videogen (dotnet build -c Release).");
            return;
        }

        Console.WriteLine("### artifact: 1 GiB through a silo, into and out of a folder, with a key\n");
        await using var silo = await DeployedSilo.StartAsync(bench.NewFolder());
        var piece = RandomNumberGenerator.GetBytes(1 << 20);
        var (ups, downs, upMemory, downMemory) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = -1; round < Math.Min(rounds.Count, MaxRounds); round++)
        {
            var id = TaskId.Parse(string.Create(CultureInfo.InvariantCulture, $"film-{round + 1}"));
            var worker = new WorkerId("render-1", Guid.NewGuid());
            var start = await silo.SetUpAsync(id, new CreateTask(id, JsonText.EmptyObject, Pipeline), new StartStage("render", worker, TimeSpan.FromHours(1)));
            var lease = start.Lease!.Token;
            var sha256 = "";
            var (up, upPeak) = await MeasureAsync(silo, async () => sha256 = await UploadAsync(silo, id, $"{lease}.{worker.Incarnation:N}", piece));
            await silo.SetUpAsync(id, new CompleteStage("render", lease)
            {
                Artifacts = [new Artifact(Name, $"{id}/render/{lease}/{Name}", Length, sha256, "application/octet-stream")],
            });
            var (down, downPeak) = await MeasureAsync(silo, () => DownloadAsync(silo, id));
            if (round >= 0)
            {
                ups.Add(up);
                upMemory.Add(upPeak);
                downs.Add(down);
                downMemory.Add(downPeak);
            }

            await silo.SetUpAsync(id, new DeleteTask());
        }

        var table = new Table("row", "MB/s", "from to", "more memory, MB");
        Add("up, with its SHA-256, flushed", ups, upMemory);
        Add("down", downs, downMemory);
        table.Print();
        Ratio.AtLeast("artifact-up-megabytes-a-second", Rounds.Median(ups), 200, 300);
        Ratio.AtLeast("artifact-down-megabytes-a-second", Rounds.Median(downs), 200, 300);
        Ratio.AtMost("artifact-up-more-megabytes", upMemory.Max(), 32, 32);
        Ratio.AtMost("artifact-down-more-megabytes", downMemory.Max(), 32, 32);

        void Add(string row, List<double> rates, List<double> memory) => table.Add(
            row, Number(Rounds.Median(rates)), $"{Number(rates.Min())} to {Number(rates.Max())}", Number(memory.Max()));
        static string Number(double value) => value.ToString("N0", CultureInfo.InvariantCulture);
    }

    private static PipelineDefinition Pipeline { get; } = new()
    {
        Name = "film",
        Stages = [new StageDefinition { Name = "render", RunTimeout = TimeSpan.FromHours(1) }],
    };

    /// <summary>Megabytes a second, and by how many the memory of the silo rose at most.</summary>
    private static async Task<(double Rate, double Memory)> MeasureAsync(DeployedSilo silo, Func<Task> transfer)
    {
        ProcessUse.ForgetPeak(silo.ProcessId);
        var before = ProcessUse.Resident(silo.ProcessId);
        var started = Stopwatch.GetTimestamp();
        await transfer();
        var rate = Length / Stopwatch.GetElapsedTime(started).TotalSeconds / 1e6;
        return (rate, (ProcessUse.PeakResident(silo.ProcessId) - before) / 1e6);
    }

    private static async Task<string> UploadAsync(DeployedSilo silo, TaskId id, string lease, byte[] piece)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/work/{id}/render/artifacts/{Name}") { Content = new Repeated(piece) };
        request.Headers.Add("VideoGen-Lease", lease);
        using var answer = await silo.Http.SendAsync(request);
        var digest = answer.EnsureSuccessStatusCode().Headers.GetValues("Repr-Digest").Single();
        return Convert.ToHexStringLower(Convert.FromBase64String(digest.Split(':')[1]));
    }

    private static async Task DownloadAsync(DeployedSilo silo, TaskId id)
    {
        using var answer = await silo.Http.GetAsync(
            new Uri($"/api/tasks/{id}/artifacts/render/{Name}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        await using var content = await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync();
        var buffer = new byte[1 << 20];
        var all = 0L;
        for (int read; (read = await content.ReadAsync(buffer)) > 0;)
        {
            all += read;
        }

        if (all != Length)
        {
            throw new InvalidOperationException($"{all} bytes of {Length} came back.");
        }
    }

    /// <summary>One piece over and over, so that the file costs its sender nothing.</summary>
    private sealed class Repeated(byte[] piece) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            for (var sent = 0L; sent < Length; sent += piece.Length)
            {
                await stream.WriteAsync(piece);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = Length;
            return true;
        }
    }
}
