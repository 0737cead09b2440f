using System.Collections.Immutable;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Api;

/// <summary>The video that a completed task made: what to play, its captions and its picture.</summary>
/// <param name="Source">The address of the video.</param>
/// <param name="Captions">That of its captions.</param>
/// <param name="Language">That of the captions; null where it is not known.</param>
/// <param name="Picture">That of its picture.</param>
/// <param name="FileName">What it is called where it is kept.</param>
/// <param name="Others">Videos that the same stage made besides: in other languages, by the names of their files.</param>
internal sealed record FinishedVideo(
    string Source, string? Captions, string? Language, string? Picture, string FileName, ImmutableArray<(string Name, string Source)> Others)
{
    /// <summary>The last video that a stage of its own made; clips of scenes are parts and do not count.</summary>
    public static FinishedVideo? Of(TaskState state)
    {
        if (state.Status != RunStatus.Completed)
        {
            return null;
        }

        foreach (var stage in state.Stages.Where(stage => stage.Name.Group is null && stage.ArtifactDetails is not null).Reverse())
        {
            var video = Find(stage, IsVideo);
            if (video is not null)
            {
                return new FinishedVideo(
                    ArtifactsApi.AddressOf(state.TaskId, stage.Name, video.Name),
                    Link(state, stage, Find(stage, artifact => artifact.Name.EndsWith(".vtt", StringComparison.OrdinalIgnoreCase))),
                    FilmLanguage.Of(state),
                    Link(state, stage, Find(stage, artifact => artifact.MediaType == "image/png")),
                    $"{state.TaskId}.mp4",
                    [.. stage.ArtifactDetails!.Values.Where(artifact => IsVideo(artifact) && artifact != video)
                        .Select(artifact => (artifact.Name, ArtifactsApi.AddressOf(state.TaskId, stage.Name, artifact.Name)))]);
            }
        }

        return null;
    }

    private static bool IsVideo(Artifact artifact) => artifact.MediaType == "video/mp4";

    /// <summary>The plainest name is that of the video in the document's own language: the others say theirs.</summary>
    private static Artifact? Find(StageState stage, Func<Artifact, bool> matches) =>
        stage.ArtifactDetails!.Values.Where(matches).MinBy(artifact => artifact.Name.Length);

    private static string? Link(TaskState state, StageState stage, Artifact? artifact) =>
        artifact is null ? null : ArtifactsApi.AddressOf(state.TaskId, stage.Name, artifact.Name);
}
