using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using StackExchange.Redis;
using VideoGen.Client.Hosting;
using VideoGen.Client.Tasks;
using VideoGen.Grains.Tasks;

namespace VideoGen.Cluster.Tests.Processes;

/// <summary>A process that appends marks of its own to one task through the state manager, and says each that was acknowledged.</summary>
public static class UpdaterProgram
{
    public const string MarksKey = "marks";

    /// <summary>Others win now and then; this many times in a row they do not.</summary>
    private const int MaxRetries = 1_000;

    public static async Task<int> RunAsync(string[] args)
    {
        var (redis, id, name, count) = (args[0], TaskId.Parse(args[1]), args[2], int.Parse(args[3], CultureInfo.InvariantCulture));
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.AddVideoGenClient(redis, client =>
        {
            client.UseRedisClustering(clustering => clustering.ConfigurationOptions = ConfigurationOptions.Parse(redis));
            client.Configure<ClusterOptions>(cluster => cluster.ClusterId = cluster.ServiceId = "videogen");
        });
        using var host = builder.Build();
        await host.StartAsync();
        var manager = new TaskStateManager(host.Services.GetRequiredService<PipelineClient>(), TimeProvider.System);
        for (var i = 0; i < count; i++)
        {
            var mark = $"{name}{i};";
            await manager.UpdateAtomicAsync(id, state => Append(state, mark), MaxRetries);
            Console.WriteLine($"acknowledged {mark}");
        }

        await host.StopAsync();
        return 0;
    }

    public static string MarksOf(TaskState state) =>
        state.Metadata.TryGetValue(MarksKey, out var marks) ? marks.ToElement().GetString()! : "";

    private static TaskState Append(TaskState state, string mark) =>
        state with { Metadata = state.Metadata.SetItem(MarksKey, JsonText.FromString(MarksOf(state) + mark)) };
}
