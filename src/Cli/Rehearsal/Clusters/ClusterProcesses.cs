using VideoGen.Cli.Rehearsal.Processes;

namespace VideoGen.Cli.Rehearsal.Clusters;

/// <summary>A silo whom others reach through relays, and who reaches Redis through one.</summary>
/// <param name="Name">In the timeline.</param>
/// <param name="Process">Of its own.</param>
/// <param name="ToSilo">How other silos reach it.</param>
/// <param name="ToGateway">How workers and clients reach it.</param>
/// <param name="ToRedis">How it reaches the list of silos.</param>
internal sealed record SiloProcess(string Name, ChildProcess Process, TcpRelay ToSilo, TcpRelay ToGateway, TcpRelay ToRedis) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        await ToSilo.DisposeAsync();
        await ToGateway.DisposeAsync();
        await ToRedis.DisposeAsync();
    }
}

internal sealed record WorkerProcess(string Name, ChildProcess Process);
