using VideoGen.Tasks;

namespace VideoGen.Silo.Dashboard.Parts;

internal static class ArtifactLink
{
    public static string Of(TaskId task, string stage, string name) =>
        $"/api/tasks/{task}/artifacts/{Uri.EscapeDataString(stage)}/{Uri.EscapeDataString(name)}";
}
