using VideoGen.Tasks;

namespace VideoGen.Stages.Video;

/// <summary>The unit of a stage that works on one scene: <c>scene-001</c>, or <c>scene-001.de</c> where it is for the film in another language.</summary>
/// <param name="Scene">The scene's id.</param>
/// <param name="Language">BCP 47; null for the document's own language.</param>
internal readonly record struct SceneUnit(string Scene, string? Language)
{
    /// <summary>Ids of scenes have no dot, and neither have tags of languages.</summary>
    public static SceneUnit Of(string? unit)
    {
        var text = unit ?? "";
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? new SceneUnit(text, null) : new SceneUnit(text[..dot], text[(dot + 1)..]);
    }

    /// <summary>The stage of this kind that works on the same scene for the same film.</summary>
    public StageName StageOf(string kind) => $"{kind}:{this}";

    public override string ToString() => Language is null ? Scene : $"{Scene}.{Language}";
}
