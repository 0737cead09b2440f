using System.Collections.Immutable;
using System.Text.Json;
using VideoGen.Tasks;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Views;

/// <summary>What was handed to a cluster, for a script.</summary>
internal static class SubmissionView
{
    /// <param name="writer">Where to.</param>
    /// <param name="task">The task.</param>
    /// <param name="isNew">False for one that was there before.</param>
    /// <param name="state">As far as it is; null when it is gone.</param>
    public static void Write(Utf8JsonWriter writer, TaskId task, bool isNew, TaskState? state)
    {
        writer.WriteStartObject();
        writer.WriteString("task", task.Value);
        writer.WriteBoolean("created", isNew);
        writer.WriteString("status", state?.Status.ToWireName() ?? "deleted");
        writer.WriteStartArray("artifacts");
        foreach (var stage in state?.Stages ?? StageMap.Empty)
        {
            foreach (var artifact in stage.ArtifactDetails?.Values ?? [])
            {
                writer.WriteStartObject();
                writer.WriteString("stage", stage.Name.Value);
                writer.WriteString("name", artifact.Name);
                writer.WriteString("uri", artifact.Uri);
                writer.WriteNumber("length", artifact.Length);
                writer.WriteString("sha256", artifact.Sha256);
                writer.WriteEndObject();
            }
        }

        writer.WriteEndArray();
        writer.WriteStartArray("errors");
        foreach (var error in state?.PresentErrors ?? ImmutableArray<string>.Empty)
        {
            writer.WriteStringValue(error);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
