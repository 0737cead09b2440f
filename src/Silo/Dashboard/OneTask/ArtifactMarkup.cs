using VideoGen.Client.Display;
using VideoGen.Silo.Api;
using VideoGen.Silo.Dashboard.Markup;
using VideoGen.Silo.Dashboard.Parts;
using VideoGen.Tasks;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Dashboard.OneTask;

/// <summary>What the stages made, with what a browser can show of it.</summary>
internal static class ArtifactMarkup
{
    public static Html Of(TaskState state)
    {
        var owners = StageTree.Of(state)
            .SelectMany(branch => branch.Members.Prepend(branch.Stage))
            .SelectMany(stage => (stage.ArtifactDetails?.Values ?? []).Select(artifact => (Stage: stage.Name, Artifact: artifact)))
            .GroupBy(item => item.Stage.Group ?? item.Stage)
            .ToList();
        return owners.Count == 0
            ? (Html)$"""<div id="artifacts" hidden></div>"""
            : Draw.Panel("artifacts", "Artifacts", $"""
                <div class="artifacts">{owners.Select(owner => Owner(state, owner, owner.Key == owners[^1].Key))}</div>
                """);
    }

    /// <summary>By group, so that the many files of the scenes do not bury the few that matter.</summary>
    private static Html Owner(TaskState state, IGrouping<StageName, (StageName Stage, Artifact Artifact)> owner, bool isLast) =>
        $"""
        <details{Html.Flag("open", isLast)}><summary>{StageTitles.Of(owner.Key)} <span class="muted">{owner.Count()}</span></summary><ul>
        {owner.Select(item => Item(state, owner.Key, item.Stage, item.Artifact))}
        </ul></details>
        """;

    private static Html Item(TaskState state, StageName owner, StageName stage, Artifact artifact)
    {
        var link = ArtifactsApi.AddressOf(state.TaskId, stage, artifact.Name);
        var member = stage == owner ? null : StageTitles.OfMember(stage);
        return $"""
            <li><a href="{link}" target="_blank" title="SHA-256 {artifact.Sha256}">{artifact.Name}</a><span class="muted">{member}</span><span
            class="size">{Wording.Size(artifact.Length)}</span>{Preview(link, artifact)}</li>
            """;
    }

    /// <summary>Nothing is loaded before somebody opens it.</summary>
    private static Html Preview(string link, Artifact artifact) => artifact.MediaType switch
    {
        "image/png" => $"""<details class="preview"><summary>Look</summary><img src="{link}" alt="{artifact.Name}" loading="lazy"></details>""",
        "audio/wav" => $"""<details class="preview"><summary>Listen</summary><audio controls preload="none" src="{link}"></audio></details>""",
        "video/mp4" when artifact.Name != "video.mp4" => $"""
            <details class="preview"><summary>Watch</summary><video controls preload="none" src="{link}"></video></details>
            """,
        _ => default,
    };
}
