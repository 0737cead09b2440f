using VideoGen.Tasks;

namespace VideoGen.Silo.Dashboard.OneTask;

internal static class ArtifactLink
{
    public static string Of(TaskId task, StageName stage, string name) =>
        $"/api/tasks/{task}/artifacts/{Uri.EscapeDataString(stage.Value)}/{Uri.EscapeDataString(name)}";
}
