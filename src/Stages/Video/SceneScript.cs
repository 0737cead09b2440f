using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace VideoGen.Stages.Video;

/// <summary>What is said in a scene; <c>script.json</c> of script_generation.</summary>
internal sealed record SceneScript(string SceneId, ImmutableArray<ScriptSentence> Sentences);

/// <summary>One sentence of a narration.</summary>
/// <param name="Text">As captions show it.</param>
/// <param name="Speech">As the voice says it, where that differs from the text (symbols, numbers, names of files).</param>
internal sealed record ScriptSentence(
    string Text,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Speech = null);
