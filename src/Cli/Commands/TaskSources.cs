using System.CommandLine;
using Microsoft.Extensions.Configuration;
using VideoGen.Cli.Hosting;
using VideoGen.Cli.Http;
using VideoGen.Storage;

namespace VideoGen.Cli.Commands;

internal static class TaskSources
{
    /// <summary>The tasks that the command line means: those of a cluster that it names, else those of this machine's store.</summary>
    public static async Task<ITaskSource> OpenAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (CommonOptions.ReadServer(parsed) is { } server)
        {
            return new HttpTaskSource(new HttpCluster(server));
        }

        if (CommonOptions.ReadCluster(parsed) is { } address)
        {
            return new RemoteTaskSource(await RemoteCluster.ConnectAsync(address, cancellationToken));
        }

        var configuration = new ConfigurationManager();
        configuration.AddEnvironmentVariables();
        CommonOptions.ReadStore(parsed).Apply(configuration, DataDirectory.Open(parsed.GetValue(CommonOptions.Data)));
        return new LocalTaskSource(await TaskStoreReader.OpenAsync(configuration.GetSection(StoreChoice.Section), cancellationToken), TimeProvider.System);
    }
}
