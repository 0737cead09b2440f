using Microsoft.Extensions.DependencyInjection;
using VideoGen.Client;
using VideoGen.Client.Pipelines;
using VideoGen.Client.Tasks;
using VideoGen.Files;
using VideoGen.Silo;
using VideoGen.Silo.Hosting;
using VideoGen.Tasks;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.State;

namespace VideoGen.WordReport;

/// <summary>A silo, a worker and one task in this process: the quickest way to see stages at work, and to test them.</summary>
internal static class WholeProgram
{
    public static async Task<int> RunAsync(string document)
    {
        var folder = Directory.CreateTempSubdirectory("word-report-").FullName;
        try
        {
            #region whole
            await using var silo = SiloHost.Create(
                new SiloHostOptions { Http = false },
                ["--Orleans:GrainStorage:tasks:ProviderType=Sqlite", $"--Orleans:GrainStorage:tasks:DatabasePath={Path.Combine(folder, "tasks.db")}"],
                addServices: services => services
                    .AddPipelineClient()
                    .AddFolderArtifacts(Path.Combine(folder, "artifacts"))
                    .AddPipeline(WordReportPipeline.Definition)
                    .AddStageWorker(worker => worker.HasPeers = false)
                    .AddStage<WordCountStage>()
                    .AddStage<WordReportStage>());
            await silo.StartAsync();
            #endregion

            var exitCode = await ReportAsync(silo.Services, document);
            await silo.StopAsync();
            return exitCode;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> ReportAsync(IServiceProvider services, string document)
    {
        var text = await File.ReadAllTextAsync(document);

        #region submit
        var pipelines = services.GetRequiredService<PipelineCatalog>();
        var tasks = services.GetRequiredService<PipelineClient>();
        var task = TaskId.Parse("my-first-report");
        var reply = await pipelines.CreateAsync("word-report", task, JsonText.Parse($$"""{"text": {{JsonText.FromString(text)}}}"""));
        Console.WriteLine($"Task {task}: {reply.Outcome}");
        var state = await tasks.WaitAsync(task);
        #endregion

        if (state is not { Status: RunStatus.Completed })
        {
            Console.Error.WriteLine($"Task {task} did not complete: {string.Join(' ', state?.Errors ?? [])}");
            return 1;
        }

        var report = state.Stages.Single(stage => stage.Name == "word_report").ArtifactDetails!["report.md"];
        Console.Write(await File.ReadAllTextAsync(await services.GetRequiredService<IArtifactStore>().GetLocalPathAsync(report)));
        return 0;
    }
}
