using System.Collections.Immutable;

namespace VideoGen.Stages.Video;

/// <summary>
/// The title of the video, its chapters and the headings of its scenes in another language; <c>headings.json</c> of translation. They are translated once
/// for all scenes, so that a heading that stands over several of them is the same over each.
/// </summary>
/// <param name="Language">BCP 47.</param>
/// <param name="Texts">By the words of the document.</param>
internal sealed record Headings(string Language, ImmutableSortedDictionary<string, string> Texts)
{
    public string Of(string text) => Texts.GetValueOrDefault(text, text);
}
