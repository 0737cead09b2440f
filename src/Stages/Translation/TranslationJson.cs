using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace VideoGen.Stages.Translation;

/// <summary>What a chat model is given to translate.</summary>
internal sealed record ChatTexts(string From, string To, string Video, ImmutableArray<string> Texts);

/// <summary>What it answers.</summary>
internal sealed record ChatAnswer(ImmutableArray<string> Texts);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ChatTexts))]
[JsonSerializable(typeof(ChatAnswer))]
[JsonSerializable(typeof(ImmutableArray<string>))]
internal sealed partial class TranslationJson : JsonSerializerContext
{
}
