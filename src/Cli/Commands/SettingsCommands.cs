using System.CommandLine;
using VideoGen.Cli.Hosting;
using VideoGen.Cli.Http;

namespace VideoGen.Cli.Commands;

/// <summary>Commands about what a store holds beside tasks, keys and webhooks: over HTTP, over the cluster, or in the store of this machine.</summary>
internal static class SettingsCommands
{
    /// <summary>A command with these parts, and the options that say where.</summary>
    public static Command Verb(string name, string description, params Symbol[] parts)
    {
        var command = OperatedClusters.Verb(name, description, parts);
        command.Add(CommonOptions.Data);
        command.Add(CommonOptions.Store);
        return command;
    }

    /// <param name="parsed">The command line.</param>
    /// <param name="http">Asks a silo over HTTP.</param>
    /// <param name="grains">Asks the cluster; or, without one, a silo over this machine's store that lives for this one command.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<T> AskAsync<T>(
        ParseResult parsed, Func<HttpCluster, Task<T>> http, Func<IGrainFactory, Task<T>> grains, CancellationToken cancellationToken)
    {
        if (CommonOptions.ReadServer(parsed) is { } server)
        {
            using var silo = new HttpCluster(server);
            return await http(silo);
        }

        if (CommonOptions.ReadCluster(parsed) is { } address)
        {
            await using var cluster = await RemoteCluster.ConnectAsync(address, cancellationToken);
            return await grains(cluster.Grains).WaitAsync(cancellationToken);
        }

        var data = DataDirectory.Open(parsed.GetValue(CommonOptions.Data));
        var options = new EmbeddedClusterOptions { Data = data, Artifacts = ArtifactChoice.Open(null, data), Store = CommonOptions.ReadStore(parsed) };
        await using var embedded = await EmbeddedCluster.StartAsync(options, cancellationToken);
        return await embedded.GuardAsync(grains(embedded.Grains));
    }
}
