using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;
using StackExchange.Redis;
using VideoGen.Client;
using VideoGen.Client.Hosting;

namespace VideoGen.WordReport;

/// <summary>A worker beside those of <c>videogen worker</c>: it does the two stages for whoever submits the pipeline.</summary>
internal static class WorkerProgram
{
    /// <param name="redis">Where the silos of the cluster meet.</param>
    /// <param name="data">The data folder of the silos, or the same folder as this machine reaches it.</param>
    public static async Task<int> RunAsync(string redis, string data)
    {
        #region worker
        var builder = Host.CreateApplicationBuilder();
        builder.AddVideoGenClient(redis, client => client
            .UseRedisClustering(options => options.ConfigurationOptions = ConfigurationOptions.Parse(redis))
            .Configure<ClusterOptions>(cluster => cluster.ClusterId = cluster.ServiceId = "videogen"));
        builder.Services.AddFolderArtifacts(Path.Combine(data, "artifacts"));
        builder.Services.AddStageWorker(worker => worker.Concurrency = 4)
            .AddStage<WordCountStage>()
            .AddStage<WordReportStage>();
        using var host = builder.Build();
        await host.RunAsync();
        #endregion

        return 0;
    }
}
