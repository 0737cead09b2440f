using Orleans.Storage;
using VideoGen.Storage.Records;
using VideoGen.Storage.Tests.JsonFiles;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.Tests.Running;

/// <summary>A child process whose first write has an unknown outcome, and what it does about it.</summary>
internal static class UnsureProgram
{
    private const string Task = "demo";

    /// <param name="args">The folder, and what comes next: "read" to look what became of the write, or "write" to write as if it had never been.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        using var host = JsonFileStores.Open(args[0]);
        try
        {
            await host.WriteAsync(Samples.Document(Task, 1));
            Console.WriteLine("stored");
            return 1;
        }
        catch (StoreException exception)
        {
            Console.WriteLine($"unknown {exception.Fault} {exception.Message}");
        }

        Console.WriteLine($"listed {(await host.Index.CountAsync(new TaskQuery())).Total}");
        if (args[1] == "write")
        {
            Console.WriteLine(await AgainAsync(() => WriteAsync(host, 1, null)));
            return 0;
        }

        var version = 0L;
        while (version < 2)
        {
            var found = await AgainAsync(() => host.ReadAsync(Task));
            version = found.State!.Commit.Version;
            Console.WriteLine($"found {version}, listed {(await host.Index.CountAsync(new TaskQuery())).Total}");
            if (version < 2)
            {
                await AgainAsync(() => WriteAsync(host, 2, found.ETag));
            }
        }

        return 0;
    }

    private static async Task<string> WriteAsync(StoreHost host, long version, string? etag)
    {
        try
        {
            await host.WriteAsync(Samples.Document(Task, version), etag);
            return "stored";
        }
        catch (InconsistentStateException)
        {
            return "conflict";
        }
    }

    /// <summary>strace lets one sync of each thread fail, so the same may happen to whoever comes next.</summary>
    private static async Task<T> AgainAsync<T>(Func<Task<T>> step)
    {
        while (true)
        {
            try
            {
                return await step();
            }
            catch (StoreException exception) when (exception.Fault == StoreFault.Failed)
            {
            }
        }
    }
}
