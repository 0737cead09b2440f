using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using VideoGen.Client.Stages;
using VideoGen.Files;
using VideoGen.Stages.Media;
using VideoGen.Stages.Speech;
using VideoGen.Stages.Video;
using VideoGen.Tasks;
using VideoGen.Tasks.State;

namespace VideoGen.Stages.Tests.Media;

/// <summary>A small task in a folder of its own, whose stages are run one by one, with real programs and a real artifact store.</summary>
internal sealed class Production : IAsyncDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("vg media ';[],=").FullName;
    private readonly ServiceProvider _services;
    private readonly List<KeyValuePair<StageName, ImmutableArray<Artifact>>> _completed = [];
    private int _attempt;

    public Production(Action<MediaOptions>? media = null, SpeechOptions? speech = null, TimeProvider? time = null)
    {
        _services = new ServiceCollection()
            .AddSingleton(time ?? TimeProvider.System)
            .AddDocumentStages()
            .AddMediaStages(media, speech ?? new SpeechOptions())
            .BuildServiceProvider();
        Store = new FolderArtifactStore(Path.Combine(_root, "artifacts"));
    }

    public FolderArtifactStore Store { get; }

    public VideoConfig Config { get; set; } = new()
    {
        Title = "A small video",
        AccentColor = "#4C9AFF",
        Voice = "slt",
        Language = "en",
        Width = 320,
        Height = 240,
        FrameRate = 25,
    };

    public ConcurrentQueue<(double Fraction, string Message)> Progress { get; } = [];

    /// <summary>Where all stages work, in place of a new folder for each.</summary>
    public string? WorkingDirectory { get; set; }

    /// <summary>The last part of the folder in which stages store what they make.</summary>
    public int ArtifactAttempt { get; set; } = 2;

    /// <summary>Programs are looked for here from now on.</summary>
    public string SearchPath
    {
        set => Get<MediaOptions>().SearchPath = value;
    }

    /// <summary>A folder that has only some of the programs of this machine.</summary>
    public string FolderWith(params string[] programs)
    {
        var folder = WorkFolder("programs");
        foreach (var program in programs)
        {
            File.CreateSymbolicLink(Path.Combine(folder, program), FakeTool.Real(program));
        }

        return folder;
    }

    public string WorkFolder(string name) => Directory.CreateDirectory(Path.Combine(_root, name)).FullName;

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public static Scene TextScene(string id, string title, params string[] lines) =>
        new() { Id = id, Kind = SceneKind.Text, Title = title, Chapter = title, Lines = [.. lines] };

    /// <summary>Stores what the stages before would have made.</summary>
    public async Task<Production> WithScenesAsync(params Scene[] scenes)
    {
        await StoreJsonAsync(DocumentVideoPipeline.InputAdaptation, ArtifactNames.VideoConfig, Config, VideoJson.VideoConfig);
        await StoreJsonAsync(DocumentVideoPipeline.ContentParsing, ArtifactNames.Scenes, new SceneList([.. scenes]), VideoJson.SceneList);
        return this;
    }

    public Task WithScriptAsync(string scene, params string[] sentences) => StoreJsonAsync(
        $"{DocumentVideoPipeline.ScriptGeneration}:{scene}",
        ArtifactNames.Script,
        new SceneScript(scene, [.. sentences.Select(text => new ScriptSentence(text))]),
        VideoJson.SceneScript);

    public Task WithTimingAsync(VoiceTiming timing) => StoreJsonAsync(
        $"{DocumentVideoPipeline.AudioGeneration}:{timing.SceneId}", ArtifactNames.Timing, timing, VideoJson.VoiceTiming);

    public async Task<Artifact> StoreAsync(string stage, string name, byte[] content)
    {
        var path = Path.Combine(WorkFolder("incoming"), name);
        await File.WriteAllBytesAsync(path, content, TestContext.Current.CancellationToken);
        var artifact = await Store.PutAsync($"task/{stage.Replace(':', '.')}/1", name, path, "application/octet-stream", TestContext.Current.CancellationToken);
        Complete(stage, [artifact]);
        return artifact;
    }

    /// <summary>Runs a stage, and keeps what it made for the next ones.</summary>
    public async Task<StageResult> RunAsync(string stage, CancellationToken cancellationToken = default)
    {
        var result = await Of(stage).ExecuteAsync(ContextOf(stage), cancellationToken);
        Complete(stage, result.Artifacts);
        return result;
    }

    /// <summary>What a stage says of its work before it is done: the key under which the same work is found again.</summary>
    public async Task<string> KeyOfAsync(string stage) =>
        (await ((IReusableStage)Of(stage)).ChooseInputsAsync(ContextOf(stage), TestContext.Current.CancellationToken))!.Parameters.ToString();

    private IStage Of(string stage) => _services.GetServices<IStage>().First(candidate => candidate.Kind == stage.Split(':')[0]);

    private StageContext ContextOf(string stage) => new()
    {
        TaskId = TaskId.Parse("task"),
        StageName = stage,
        Attempt = 1,
        Input = JsonDocument.Parse("{}").RootElement,
        Completed = [.. _completed],
        WorkingDirectory = WorkingDirectory ?? WorkFolder($"work-{Interlocked.Increment(ref _attempt)}"),
        Artifacts = Store,
        ArtifactFolder = $"task/{stage.Replace(':', '.')}/{ArtifactAttempt}",
        Logger = NullLogger.Instance,
        ProgressReporter = (fraction, message, token) =>
        {
            Progress.Enqueue((fraction, message));
            return Task.CompletedTask;
        },
    };

    public Task<StageResult> SpeakAsync(string scene) => RunAsync($"{DocumentVideoPipeline.AudioGeneration}:{scene}", TestContext.Current.CancellationToken);

    public Task<StageResult> DrawAsync(string scene) => RunAsync($"{DocumentVideoPipeline.VideoGeneration}:{scene}", TestContext.Current.CancellationToken);

    public Task<StageResult> JoinAsync() => RunAsync(DocumentVideoPipeline.OutputHandling, TestContext.Current.CancellationToken);

    public string PathOf(StageResult result, string name) => Store.Resolve(result.Artifacts.Single(artifact => artifact.Name == name).Uri);

    public VoiceTiming TimingOf(StageResult result) =>
        JsonSerializer.Deserialize(File.ReadAllBytes(PathOf(result, ArtifactNames.Timing)), VideoJson.VoiceTiming)!;

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    /// <summary>As if the stage had not made it.</summary>
    public void Forget(string stage, string name)
    {
        lock (_completed)
        {
            var at = _completed.FindIndex(entry => entry.Key == stage);
            _completed[at] = new(stage, [.. _completed[at].Value.Where(artifact => artifact.Name != name)]);
        }
    }

    private Task<Artifact> StoreJsonAsync<T>(string stage, string name, T value, JsonTypeInfo<T> type) =>
        StoreAsync(stage, name, JsonSerializer.SerializeToUtf8Bytes(value, type));

    private void Complete(string stage, ImmutableArray<Artifact> artifacts)
    {
        lock (_completed)
        {
            var before = _completed.FindIndex(entry => entry.Key == stage);
            var all = before < 0 ? artifacts : [.. _completed[before].Value.Where(old => artifacts.All(artifact => artifact.Name != old.Name)), .. artifacts];
            if (before >= 0)
            {
                _completed.RemoveAt(before);
            }

            _completed.Add(new(stage, all));
        }
    }
}
