namespace VideoGen.Stages.Video;

/// <summary>A scene in another language; <c>scene.json</c> of translation.</summary>
/// <param name="Language">BCP 47; that of the document where the scene could not be translated and stands as it was.</param>
/// <param name="VideoTitle">What the video is called in that language.</param>
/// <param name="Scene">What is shown: as many lines, points, rows and cells as in the document's own language.</param>
internal sealed record TranslatedScene(string Language, string VideoTitle, Scene Scene)
{
    /// <summary>What all scenes have in common, for this one.</summary>
    public VideoConfig In(VideoConfig config) => config with { Language = Language, Title = VideoTitle };
}
