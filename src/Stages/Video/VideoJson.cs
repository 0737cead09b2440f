using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace VideoGen.Stages.Video;

/// <summary>The JSON of the task's input, and of the artifacts that stages of several folders read.</summary>
/// <remarks>
/// The types are read by reflection. A generated reader gives a member that is missing no value at all and drops its default, so that input of an older program
/// or of the Python system would lose its size and its voice.
/// </remarks>
internal static class VideoJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    public static JsonTypeInfo<DocumentVideoInput> DocumentVideoInput { get; } = Of<DocumentVideoInput>();

    public static JsonTypeInfo<VideoConfig> VideoConfig { get; } = Of<VideoConfig>();

    public static JsonTypeInfo<SceneList> SceneList { get; } = Of<SceneList>();

    public static JsonTypeInfo<SceneScript> SceneScript { get; } = Of<SceneScript>();

    public static JsonTypeInfo<TranslatedScene> TranslatedScene { get; } = Of<TranslatedScene>();

    public static JsonTypeInfo<Headings> Headings { get; } = Of<Headings>();

    public static JsonTypeInfo<VoiceTiming> VoiceTiming { get; } = Of<VoiceTiming>();

    public static JsonTypeInfo<ImmutableArray<string>> Texts { get; } = Of<ImmutableArray<string>>();

    /// <summary>Of types that one folder alone has.</summary>
    public static JsonTypeInfo<T> Of<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));
}
