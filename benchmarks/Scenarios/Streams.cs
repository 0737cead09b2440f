using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using VideoGen.Benchmarks.Load;
using VideoGen.Benchmarks.Report;
using VideoGen.Benchmarks.Servers;
using VideoGen.Benchmarks.Silos;
using VideoGen.Tasks;

namespace VideoGen.Benchmarks.Scenarios;

/// <summary>Event streams of 100 tasks, each of which is reported on once a second: what they cost the silo.</summary>
internal static class Streams
{
    private const int Tasks = 100;

    private const int ReadersOfEach = 50;

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(20);

    public static async Task RunAsync(Workbench bench, Rounds rounds)
    {
        if (DeployedSilo.Program is null)
        {
            Console.WriteLine("streams was not measured: it needs videogen (dotnet build -c Release).");
            return;
        }

        Console.WriteLine($"### streams: {Tasks * ReadersOfEach:N0} event streams of {Tasks} tasks with an update a second each, one silo, with a key\n");
        await using var silo = await DeployedSilo.StartAsync(bench.NewFolder());
        var ids = Enumerable.Range(0, Tasks).Select(i => TaskId.Parse(string.Create(CultureInfo.InvariantCulture, $"stream-{i:00}"))).ToArray();
        await Parallel.ForEachAsync(ids, async (id, _) => await silo.SetUpAsync(id, SampleTask.SetUp(id)));
        using var end = new CancellationTokenSource();
        var reporting = ids.Select((id, i) => ReportAsync(silo, id, i, end.Token)).ToArray();
        await Task.Delay(Settling);
        var (alone, _) = await MeasureAsync(silo);
        var before = ProcessUse.Resident(silo.ProcessId);

        var readers = new List<Reader>();
        foreach (var id in ids.SelectMany(id => Enumerable.Repeat(id, ReadersOfEach)))
        {
            readers.Add(await Reader.OpenAsync(silo, id));
        }

        await Task.Delay(Settling);
        var heard = readers.Sum(reader => reader.Events);
        var (share, elapsed) = await MeasureAsync(silo);
        var events = (readers.Sum(reader => reader.Events) - heard) / elapsed;
        var memory = (ProcessUse.Resident(silo.ProcessId) - before) / 1e3 / readers.Count;
        await end.CancelAsync();
        await Task.WhenAll(reporting);
        var silent = readers.Count(reader => reader.Events == 0);
        readers.ForEach(reader => reader.Dispose());

        var table = new Table("streams", "events/s", "processor, cores", "of that by the updates alone", "memory of each, kB", "streams without an event");
        table.Add(
            $"{readers.Count:N0}", $"{events:N0}", Number(share), Number(alone), memory.ToString("0.0", CultureInfo.InvariantCulture), $"{silent}");
        table.Print();
        Ratio.AtMost("streams-kilobytes-each", memory, 20, 20);
        Ratio.AtMost("streams-cores", share, 1, 1);
        Ratio.AtLeast("streams-events-a-second", events, 0.95 * readers.Count, readers.Count, silent == 0);

        static string Number(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
    }

    /// <summary>The cores that the silo takes, over how many seconds.</summary>
    private static async Task<(double Cores, double Seconds)> MeasureAsync(DeployedSilo silo)
    {
        var (before, started) = (ProcessUse.ProcessorTime(silo.ProcessId), Stopwatch.GetTimestamp());
        await Task.Delay(Measured);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return ((ProcessUse.ProcessorTime(silo.ProcessId) - before).TotalSeconds / seconds, seconds);
    }

    /// <summary>Once a second, each task at a moment of its own.</summary>
    private static async Task ReportAsync(DeployedSilo silo, TaskId id, int number, CancellationToken end)
    {
        var (path, lease) = SampleTask.Leases(id).First();
        await Task.Delay(TimeSpan.FromSeconds((double)number / Tasks), CancellationToken.None);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (var frame = 1L; !end.IsCancellationRequested; frame++)
        {
            var body = string.Create(
                CultureInfo.InvariantCulture, $$"""{"progress":{{SampleTask.FractionOf(frame):0.######}},"message":"{{SampleTask.MessageOf(0, frame)}}"}""");
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            request.Headers.Add("VideoGen-Lease", lease);
            using var answer = await silo.Http.SendAsync(request, CancellationToken.None);
            answer.EnsureSuccessStatusCode();
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    /// <summary>One stream over a connection of its own, which counts its events.</summary>
    private sealed class Reader : IDisposable
    {
        private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        private long _events;

        public long Events => Interlocked.Read(ref _events);

        public static async Task<Reader> OpenAsync(DeployedSilo silo, TaskId id)
        {
            var reader = new Reader();
            await reader._socket.ConnectAsync(silo.Address.Host, silo.Address.Port);
            var head = $"GET /api/tasks/{id}/events HTTP/1.1\r\nHost: {silo.Address.Authority}\r\nAccept: text/event-stream\r\n";
            await reader._socket.SendAsync(Encoding.ASCII.GetBytes($"{head}Authorization: Bearer {silo.Key}\r\n\r\n"));
            _ = reader.ReadAsync();
            return reader;
        }

        public void Dispose() => _socket.Dispose();

        private async Task ReadAsync()
        {
            var buffer = new byte[4_096];
            try
            {
                for (int read; (read = await _socket.ReceiveAsync(buffer)) > 0;)
                {
                    Interlocked.Add(ref _events, buffer.AsSpan(0, read).Count("id: "u8));
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // The measurement is over.
            }
        }
    }
}
