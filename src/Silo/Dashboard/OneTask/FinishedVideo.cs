using VideoGen.Tasks.State;

namespace VideoGen.Silo.Dashboard.OneTask;

/// <summary>The video that a completed task made: what to play, its captions and its picture.</summary>
internal sealed record FinishedVideo(string Source, string? Captions, string? Picture, string FileName)
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
            var video = Find(stage, artifact => artifact.MediaType == "video/mp4");
            if (video is not null)
            {
                return new FinishedVideo(
                    ArtifactLink.Of(state.TaskId, stage.Name, video.Name),
                    Link(state, stage, Find(stage, artifact => artifact.Name.EndsWith(".vtt", StringComparison.OrdinalIgnoreCase))),
                    Link(state, stage, Find(stage, artifact => artifact.MediaType == "image/png")),
                    $"{state.TaskId}.mp4");
            }
        }

        return null;
    }

    private static Artifact? Find(StageState stage, Func<Artifact, bool> matches) => stage.ArtifactDetails!.Values.FirstOrDefault(matches);

    private static string? Link(TaskState state, StageState stage, Artifact? artifact) =>
        artifact is null ? null : ArtifactLink.Of(state.TaskId, stage.Name, artifact.Name);
}
