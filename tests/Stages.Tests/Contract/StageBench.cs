using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using VideoGen.Client.Stages;
using VideoGen.Files;
using VideoGen.Stages.Intake;
using VideoGen.Tasks;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.State;

namespace VideoGen.Stages.Tests.Contract;

/// <summary>Runs stages as a worker does, one after the other, over a folder of its own: what each makes is there for the next.</summary>
internal sealed class StageBench : IDisposable
{
    private readonly List<KeyValuePair<StageName, ImmutableArray<Artifact>>> _completed = [];

    public StageBench()
    {
        Root = Directory.CreateTempSubdirectory("videogen-bench-").FullName;
        Store = new FolderArtifactStore(Path.Combine(Root, "artifacts"));
        Work = Directory.CreateDirectory(Path.Combine(Root, "work")).FullName;
    }

    public string Root { get; }

    public string Work { get; }

    public FolderArtifactStore Store { get; }

    public JsonElement Input { get; set; } = JsonText.EmptyObject.ToElement();

    public JsonElement Parameters { get; set; } = JsonText.EmptyObject.ToElement();

    public IReadOnlyList<(double Fraction, string Message)> Progress { get; private set; } = [];

    public void Dispose() => Directory.Delete(Root, recursive: true);

    /// <summary>A file with this text, as a person might hand it in.</summary>
    public string WriteFile(string name, string text)
    {
        var path = Path.Combine(Root, "documents", name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public async Task<IntakenDocument> TakeAsync(string path, VideoChoices? choices = null)
    {
        var intake = new DocumentIntake(Store, ["slt", "awb", "kal"], isChatConfigured: true);
        var taken = await intake.TakeAsync(path, choices ?? new VideoChoices(), TestContext.Current.CancellationToken);
        Input = taken.Input.ToJson().ToElement();
        return taken;
    }

    /// <summary>A context as a worker makes it. Contexts share artifacts, and nothing else.</summary>
    public StageContext CreateContext(string stage, int attempt = 1, Action<double, string>? onProgress = null) => new()
    {
        TaskId = TaskId.Parse("bench"),
        StageName = stage,
        Attempt = attempt,
        Input = Input,
        Parameters = Parameters,
        Completed = [.. _completed],
        WorkingDirectory = Directory.CreateDirectory(Path.Combine(Work, Path.GetRandomFileName())).FullName,
        Artifacts = Store,
        ArtifactFolder = $"bench/{stage.Replace(':', '/')}/{Path.GetRandomFileName()}",
        Logger = NullLogger.Instance,
        ProgressReporter = (fraction, message, cancellationToken) =>
        {
            onProgress?.Invoke(fraction, message);
            cancellationToken.ThrowIfCancellationRequested();
            return Task.CompletedTask;
        },
    };

    /// <summary>Runs a stage, and keeps what it made for those that follow.</summary>
    public async Task<StageResult> RunAsync(IStage stage, string? unit = null, int attempt = 1)
    {
        var name = unit is null ? stage.Kind : $"{stage.Kind}:{unit}";
        var progress = new List<(double, string)>();
        var context = CreateContext(name, attempt, (fraction, message) => progress.Add((fraction, message)));
        var result = await stage.ExecuteAsync(context, TestContext.Current.CancellationToken);
        Progress = progress;
        Complete(name, result);
        return result;
    }

    public void Complete(string stage, StageResult result)
    {
        _completed.RemoveAll(pair => pair.Key == stage);
        _completed.Add(new(stage, result.Artifacts));
    }

    public void Forget(string stage) => _completed.RemoveAll(pair => pair.Key == stage);

    public string ReadText(StageResult result, string artifact) =>
        File.ReadAllText(Store.Resolve(result.Artifacts.Single(found => found.Name == artifact).Uri));
}
