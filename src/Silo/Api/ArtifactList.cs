using System.Collections.Immutable;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Api;

/// <summary>The files that the stages of a task made, in the order of the stages.</summary>
/// <param name="Video">What a completed task was for; null before, and where it made none.</param>
internal sealed record ArtifactList(string TaskId, ImmutableArray<ArtifactItem> Artifacts, VideoItem? Video)
{
    public static ArtifactList Of(TaskState state) => new(
        state.TaskId.Value,
        [
            .. state.Stages.SelectMany(stage => stage.ArtifactDetails?.Values ?? [], (stage, artifact) => new ArtifactItem(
                stage.Name.Value, artifact.Name, ArtifactsApi.AddressOf(state.TaskId, stage.Name, artifact.Name), artifact.Length, artifact.Sha256,
                artifact.MediaType)),
        ],
        FinishedVideo.Of(state) is { } video ? new VideoItem(video.Source, video.Captions, video.Language, video.Picture) : null);
}

/// <summary>A file that a stage made.</summary>
/// <param name="Url">Where it is read.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">In hexadecimal digits.</param>
internal sealed record ArtifactItem(string Stage, string Name, string Url, long Length, string Sha256, string MediaType);

/// <summary>The video that a task made, in the document's own language.</summary>
/// <param name="Url">Where it is read.</param>
/// <param name="Captions">Where its captions are (WebVTT).</param>
/// <param name="Language">That of the captions (BCP 47); null where the document decided on it.</param>
/// <param name="Picture">Where its picture is (PNG).</param>
internal sealed record VideoItem(string Url, string? Captions, string? Language, string? Picture);
