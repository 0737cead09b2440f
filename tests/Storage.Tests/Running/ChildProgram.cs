using System.Globalization;
using VideoGen.Storage.Records;
using VideoGen.Storage.Tests.JsonFiles;
using VideoGen.Storage.Tests.Sqlite;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Stored;

namespace VideoGen.Storage.Tests.Running;

/// <summary>
/// What a child process of these tests does: it opens a store and writes tasks without end, and prints each acknowledged version. Whoever reads
/// that knows what must be there after the child was killed. Or it looks at one task of a folder of files, and prints the version that it found.
/// </summary>
internal static class ChildProgram
{
    /// <param name="args">"look", where the store is, and which task; or the store ("sqlite" or "files"), where it is, how many tasks, and the versions that
    /// each should reach (0: no end).</param>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["look", var folder, var task])
        {
            using var reader = await JsonFileStores.OpenReaderAsync(folder);
            Say($"{task} {(await reader.ReadAsync(TaskId.Parse(task)))?.Version}");
            return 0;
        }

        var (kind, place) = (args[0], args[1]);
        var (tasks, versions) = (int.Parse(args[2], CultureInfo.InvariantCulture), long.Parse(args[3], CultureInfo.InvariantCulture));
        try
        {
            using var host = kind switch
            {
                "sqlite" => SqliteStores.Open(place),
                "files" => JsonFileStores.Open(place),
                _ => throw new ArgumentException($"Unknown store {kind}."),
            };
            Say("open");
            await Task.WhenAll(Enumerable.Range(0, tasks).Select(i => WriteAsync(host, $"task-{i}", versions)));
            Say("done");
            return 0;
        }
        catch (StoreException exception)
        {
            Say($"error {exception.Fault} {exception.Message}");
            return 1;
        }
    }

    private static async Task WriteAsync(StoreHost host, string taskId, long versions)
    {
        var read = await host.ReadAsync(taskId);
        var (etag, version) = (read.ETag, read.State!.Commit.Version);

        // Small documents, and some of which SQLite writes what changed.
        var note = new string('x', taskId[^1] % 2 == 0 ? 500 : 9_000);
        while (versions == 0 || version < versions)
        {
            var made = ScheduleSamples.Any(taskId, ++version, Samples.Epoch, new Random((int)version));
            etag = await host.WriteAsync(new TaskDocument(made.State! with { Warnings = [note] }, made.Commit), etag);
            Say($"{taskId} {version}");
        }
    }

    private static void Say(string line)
    {
        lock (Console.Out)
        {
            Console.Out.WriteLine(line);
            Console.Out.Flush();
        }
    }
}
