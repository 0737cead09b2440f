using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;
using VideoGen.Cli.Hosting;
using VideoGen.Cli.Rehearsal.Records;
using VideoGen.Storage;
using VideoGen.Tasks;

namespace VideoGen.Cli.Rehearsal.Clusters;

/// <summary>What the store of a cluster holds, read without any silo.</summary>
internal static class FinalStore
{
    /// <param name="plan">Of the cluster.</param>
    /// <param name="tasks">Those that should be there; one that is not is left out.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<ImmutableArray<FinalTask>> ReadAsync(ClusterPlan plan, IEnumerable<string> tasks, CancellationToken cancellationToken)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                [$"{StoreChoice.Section}:ProviderType"] = "Sqlite",
                [$"{StoreChoice.Section}:DatabasePath"] = plan.Database,
            })
            .Build();
        using var store = await TaskStoreReader.OpenAsync(configuration.GetSection(StoreChoice.Section), cancellationToken);
        var finals = ImmutableArray.CreateBuilder<FinalTask>();
        foreach (var task in tasks)
        {
            if (await store.ReadAsync(TaskId.Parse(task), cancellationToken) is { } snapshot)
            {
                finals.Add(FinalTask.Of(snapshot.ToState()));
            }
        }

        return finals.ToImmutable();
    }
}
