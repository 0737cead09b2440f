using System.Collections.Immutable;
using System.Security.Cryptography;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Tests;

/// <summary>A task with the shape of a video's, which the test itself drives through grain references, as workers do.</summary>
internal sealed class VideoTask(SiloApplication app, string id)
{
    private static readonly WorkerId Worker = new("worker-1", Guid.CreateVersion7());

    public TaskId Id { get; } = TaskId.Parse(id);

    private static PipelineDefinition Pipeline { get; } = new()
    {
        Name = "document-video",
        Stages =
        [
            new StageDefinition { Name = "content_parsing", Critical = true },
            new StageDefinition { Name = "audio_generation", DependsOn = ["content_parsing"], IsGroup = true, Critical = true },
            new StageDefinition { Name = "video_generation", DependsOn = ["content_parsing"], IsGroup = true },
            new StageDefinition { Name = "output_handling", DependsOn = ["audio_generation", "video_generation"] },
        ],
    };

    /// <summary>The input of a task for whose film somebody chose German.</summary>
    public const string GermanChosen = """{"languages": ["de"], "chosen": ["voice", "language"]}""";

    public static async Task<VideoTask> CreateAsync(
        SiloApplication app, string id, ImmutableSortedDictionary<string, string>? labels = null, string input = "{}")
    {
        var task = new VideoTask(app, id);
        await app.SendAsync(
            task.Id, new CreateTask(task.Id, JsonText.Parse(input), Pipeline) { Labels = labels ?? ImmutableSortedDictionary<string, string>.Empty });
        return task;
    }

    /// <summary>Parses, so that there are as many scenes.</summary>
    public Task ParseAsync(int scenes) => ParseAsync([.. Enumerable.Range(1, scenes).Select(number => $"scene-{number:00}")]);

    /// <summary>Parses, so that there are these units.</summary>
    public async Task ParseAsync(params string[] names)
    {
        var token = await StartAsync("content_parsing");
        await app.SendAsync(Id, new CompleteStage("content_parsing", token)
        {
            Warnings = ["The picture chart.png is missing; its scene shows the caption alone."],
            FanOut =
            [
                .. names.Select(name => new StageDefinition { Name = $"audio_generation:{name}", Critical = true }),
                .. names.Select(name => new StageDefinition { Name = $"video_generation:{name}", DependsOn = [$"audio_generation:{name}"] }),
            ],
        });
    }

    public async Task<long> StartAsync(string stage) =>
        (await app.SendAsync(Id, new StartStage(stage, Worker, TimeSpan.FromMinutes(10)))).Lease!.Token;

    public Task<TaskReply> ReportAsync(string stage, long token, double fraction, string message) =>
        app.SendAsync(Id, new ReportProgress(stage, token, fraction, message) { Durable = true });

    public Task<TaskReply> CompleteAsync(string stage, long token, params ImmutableArray<Artifact> artifacts) =>
        app.SendAsync(Id, new CompleteStage(stage, token) { Artifacts = artifacts });

    public async Task DoAsync(string stage, params ImmutableArray<Artifact> artifacts) => await CompleteAsync(stage, await StartAsync(stage), artifacts);

    /// <summary>Puts a file into the artifact store, without telling the task.</summary>
    public Artifact Store(string stage, string name, byte[] content, string mediaType)
    {
        var folder = $"{Id}/{stage.Replace(':', '-')}";
        Directory.CreateDirectory(Path.Combine(app.ArtifactRoot, folder));
        File.WriteAllBytes(Path.Combine(app.ArtifactRoot, folder, name), content);
        return new Artifact(name, $"{folder}/{name}", content.Length, Convert.ToHexStringLower(SHA256.HashData(content)), mediaType);
    }
}
