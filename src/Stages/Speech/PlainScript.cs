using System.Collections.Immutable;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Speech;

/// <summary>What is said in a scene for which no script was written: its title and its lines, as they stand.</summary>
internal static class PlainScript
{
    private const int MaxSentences = 20;
    private const int MaxLength = 400;

    public static SceneScript Of(Scene scene)
    {
        var texts = new[] { scene.Title, scene.Subtitle }.Concat(scene.Lines)
            .Where(text => !string.IsNullOrWhiteSpace(text))
            .Select(text => text!.Trim())
            .Take(MaxSentences)
            .Select(text => text.Length > MaxLength ? text[..(char.IsHighSurrogate(text[MaxLength - 1]) ? MaxLength - 1 : MaxLength)] : text);
        return new SceneScript(scene.Id, [.. texts.Select(text => new ScriptSentence(text))]);
    }
}
