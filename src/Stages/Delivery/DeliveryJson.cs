using System.Collections.Immutable;
using System.Text.Json.Serialization;
using VideoGen.Stages.Checking;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Delivery;

/// <summary>
/// <c>manifest.json</c>: every file that was made for a video, with its hash. It holds no times, so that the same input gives the same manifest.
/// </summary>
internal sealed record Manifest(
    int ManifestVersion,
    string TaskId,
    string Title,
    int Width,
    int Height,
    int FrameRate,
    int FrameCount,
    double Duration,
    int SceneCount,
    string Ffmpeg,
    ImmutableArray<ManifestArtifact> Artifacts,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] FilmReport? Check = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<string>? MissingCharacters = null);

internal sealed record ManifestArtifact(string Stage, string Name, string Uri, long Length, string Sha256, string MediaType);

/// <summary><c>timing_report.json</c>: when each scene and each sentence begins in the video, in seconds.</summary>
internal sealed record TimingReport(double TotalDuration, ImmutableArray<TimedScene> Scenes);

internal sealed record TimedScene(
    string SceneId, string Title, string Chapter, double Start, double Duration, int FirstFrame, int FrameCount, ImmutableArray<TimedSentence> Sentences);

/// <summary>
/// The result of the whole task. Its members are those of the Python system (the state manager that this one replaces), with their names and in their
/// order. Paths are addresses in the artifact store.
/// </summary>
internal sealed record VideoResult
{
    public bool Success { get; init; } = true;

    public required string TaskId { get; init; }

    public required string VideoConfig { get; init; }

    public required string VideoPath { get; init; }

    /// <summary>The folder that holds the voices of all scenes, in folders of their own.</summary>
    public required string AudioDir { get; init; }

    public required string TimingReport { get; init; }

    /// <summary>Seconds of the video.</summary>
    public required double TotalDuration { get; init; }

    public required int SceneCount { get; init; }

    /// <summary>Seconds since the first stage of the task was done; pauses between attempts included.</summary>
    public required double GenerationTime { get; init; }

    public required DateTimeOffset Timestamp { get; init; }

    public ImmutableArray<string> Errors { get; init; } = [];

    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>The films in other languages; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<TranslatedFilm>? Translations { get; init; }
}

/// <summary>A film in another language, in the result of the task.</summary>
/// <param name="Language">BCP 47.</param>
/// <param name="VideoPath">Its address in the artifact store.</param>
/// <param name="TimingReport">That of its report.</param>
/// <param name="TotalDuration">Seconds.</param>
internal sealed record TranslatedFilm(string Language, string VideoPath, string TimingReport, double TotalDuration);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Manifest))]
[JsonSerializable(typeof(TimingReport))]
[JsonSerializable(typeof(VideoResult))]
internal sealed partial class DeliveryJson : JsonSerializerContext
{
}
