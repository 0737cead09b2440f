using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using VideoGen.Client.Pipelines;
using VideoGen.Client.Stages;
using VideoGen.Client.Tests.Fixtures;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Tests.Pipelines;

/// <summary>A program of an author: its stages, its pipelines, its tasks.</summary>
public sealed class PipelineCatalogTests(ClientCluster cluster)
{
    [Fact]
    public async Task AProgramDoesItsOwnStagesOfItsOwnPipeline()
    {
        var folder = Directory.CreateTempSubdirectory("videogen-tests-").FullName;
        var queue = Path.GetFileName(folder);
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(cluster.Grains);
        builder.Services.AddSingleton(new Greeting("Hello"));
        builder.Services.AddPipelineClient().AddFolderArtifacts(Path.Combine(folder, "artifacts")).AddPipeline(Of("greeting", queue));
        builder.Services.AddStageWorker(worker => (worker.Queues, worker.WorkDirectory) = ([queue], Path.Combine(folder, "work")))
            .AddStage<GreetStage>()
            .AddStage(new CodeStage("other", (_, _) => Task.FromResult(StageResult.Empty)));
        var host = builder.Build();
        await host.StartAsync();
        var task = ClientCluster.NewId();

        var catalog = host.Services.GetRequiredService<PipelineCatalog>();
        Assert.Equal(CommandOutcome.Applied, (await catalog.CreateAsync("greeting", task, JsonText.Parse("""{"name": "Ada"}"""))).Outcome);
        var again = await catalog.CreateAsync("greeting", task, JsonText.Parse("""{"name": "Ada"}"""));
        var state = await cluster.Tasks.WaitAsync(task).Happens("the task finished");

        Assert.NotEqual(CommandOutcome.Applied, again.Outcome);
        Assert.False(again.IsRefused);
        Assert.Equal(RunStatus.Completed, state!.Status);
        Assert.Equal("\"Hello Ada!\"", state.Result?.Value);
        await host.StopAsync();
        host.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void APipelineThatIsNotSoundIsRefusedWhenItIsAdded()
    {
        var unsound = Of("p", "default") with { Stages = [new StageDefinition { Name = "a", DependsOn = ["b"] }] };

        var mistakes = Assert.Throws<PipelineFormatException>(() => new ServiceCollection().AddPipeline(unsound));

        Assert.Equal("stages[0].depends_on[0]: Stage 'a' depends on 'b', which is not a stage of the pipeline.", mistakes.Message);
    }

    [Fact]
    public void TwoPipelinesOfOneNameAreRefused() => Assert.Equal(
        "Two pipelines are called 'p'. Give one of them another name.",
        Assert.Throws<InvalidOperationException>(() => new PipelineCatalog(cluster.Tasks, [Of("p", "default"), Of("p", "default")])).Message);

    [Fact]
    public void AnUnknownPipelineIsSaidWithThoseThatThereAre() => Assert.StartsWith(
        "No pipeline 'x' was added to this program. It has p, q.",
        Assert.Throws<ArgumentException>(() => new PipelineCatalog(cluster.Tasks, [Of("q", "default"), Of("p", "default")])["x"]).Message,
        StringComparison.Ordinal);

    private static PipelineDefinition Of(string name, string queue) => new()
    {
        Name = name,
        Stages =
        [
            new StageDefinition { Name = "greet", Queue = queue, Parameters = JsonText.Parse("""{"end": "!"}""") },
            new StageDefinition { Name = "other", Queue = queue },
        ],
    };

    private sealed record Greeting(string Word);

    private sealed class GreetStage(Greeting greeting) : IStage
    {
        public string Kind => "greet";

        public Task<StageResult> ExecuteAsync(StageContext context, CancellationToken cancellationToken)
        {
            var (name, end) = (context.Input.GetProperty("name").GetString(), context.Parameters.GetProperty("end").GetString());
            return Task.FromResult(new StageResult { TaskResult = JsonText.FromString($"{greeting.Word} {name}{end}") });
        }
    }
}
