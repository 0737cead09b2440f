using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace VideoGen.Stages.Piper;

/// <summary>
/// What the file beside a model of Piper (<c>NAME.onnx.json</c>) says of it. The form is that of Piper's own voices; members that are not needed are passed
/// over.
/// </summary>
internal sealed partial record PiperConfig
{
    /// <summary>The most bytes of the file.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>The most speakers of one model; the largest that Piper publishes has 904.</summary>
    public const int MaxSpeakers = 10_000;

    public const string Begin = "^";
    public const string Pad = "_";
    public const string End = "$";

    private const int MinSampleRate = 8_000;
    private const int MaxSampleRate = 192_000;
    private const int MaxPhonemes = 4_096;
    private const int MaxIdsOfPhoneme = 32;

    /// <summary>Samples a second of what the model makes.</summary>
    public required int SampleRate { get; init; }

    /// <summary>Whether the model reads the letters of a text; otherwise it reads phonemes, which espeak-ng makes of it.</summary>
    public required bool ReadsText { get; init; }

    /// <summary>The voice of espeak-ng that makes the phonemes; null where the model reads text.</summary>
    public string? EspeakVoice { get; init; }

    /// <summary>The language that the model was trained for: <c>en-us</c>, <c>uk-ua</c>; null where the file does not say.</summary>
    public string? Language { get; init; }

    public float NoiseScale { get; init; }

    /// <summary>How long each sound takes, of the voice's own pace; 2 is half as fast.</summary>
    public float LengthScale { get; init; }

    public float NoiseWidth { get; init; }

    /// <summary>The ids of each phoneme, those of <see cref="Begin"/>, <see cref="Pad"/> and <see cref="End"/> among them.</summary>
    public required FrozenDictionary<string, ImmutableArray<long>> PhonemeIds { get; init; }

    /// <summary>Phonemes that stand for another one.</summary>
    public required FrozenDictionary<string, ImmutableArray<string>> PhonemeMap { get; init; }

    public int SpeakerCount { get; init; }

    /// <summary>The numbers of the speakers that have a name.</summary>
    public required ImmutableSortedDictionary<string, long> Speakers { get; init; }

    /// <exception cref="FormatException">It is no such file, or lacks what is needed. The message says what, as the end of a sentence.</exception>
    public static PiperConfig Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json.Span.StartsWith("\uFEFF"u8) ? json[3..] : json);
            return Read(document.RootElement);
        }
        catch (JsonException exception)
        {
            throw new FormatException($"it is not JSON ({exception.Message.Split(". ")[0].TrimEnd('.')})", exception);
        }
        catch (InvalidOperationException exception)
        {
            // Strings whose escapes are no characters.
            throw new FormatException("it has text that is no Unicode", exception);
        }
    }

    private static PiperConfig Read(JsonElement root)
    {
        var type = Find(root, "phoneme_type") is { ValueKind: not JsonValueKind.Null } named ? Text(named, "phoneme_type") : "espeak";
        var readsText = type switch
        {
            "espeak" => false,
            "text" => true,
            _ => throw new FormatException($"its phoneme_type is '{Shown(type)}', and only 'espeak' and 'text' are known here"),
        };
        var voice = Find(root, "espeak", "voice") is { } spoken ? Text(spoken, "espeak.voice") : null;
        if (!readsText && (voice is null || !EspeakName().IsMatch(voice)))
        {
            throw new FormatException(
                voice is null ? "espeak.voice is missing" : $"espeak.voice is '{Shown(voice)}', which is no name of a voice of espeak-ng");
        }

        var code = Find(root, "language", "code") is { ValueKind: JsonValueKind.String } language ? language.GetString()!.Replace('_', '-') : null;
        var speakers = Find(root, "num_speakers") is { ValueKind: not JsonValueKind.Null } count ? Whole(count, "num_speakers", 1, MaxSpeakers) : 1;
        var ids = Ids(Find(root, "phoneme_id_map") ?? throw new FormatException("phoneme_id_map is missing"));
        if (new[] { Begin, Pad, End }.FirstOrDefault(sign => !ids.ContainsKey(sign)) is { } lacking)
        {
            throw new FormatException($"phoneme_id_map has no '{lacking}'");
        }

        return new PiperConfig
        {
            SampleRate = Whole(
                Find(root, "audio", "sample_rate") ?? throw new FormatException("audio.sample_rate is missing"),
                "audio.sample_rate",
                MinSampleRate,
                MaxSampleRate),
            ReadsText = readsText,
            EspeakVoice = readsText ? null : voice,
            Language = (readsText ? code ?? voice : voice)?.ToLowerInvariant(),
            NoiseScale = Number(root, "noise_scale", 0.667f, 0, 10),
            LengthScale = Number(root, "length_scale", 1, 0.1f, 10),
            NoiseWidth = Number(root, "noise_w", 0.8f, 0, 10),
            PhonemeIds = ids,
            PhonemeMap = Map(Find(root, "phoneme_map")),
            SpeakerCount = speakers,
            Speakers = SpeakersOf(Find(root, "speaker_id_map"), speakers),
        };
    }

    private static JsonElement? Find(JsonElement root, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(name, out root))
            {
                return null;
            }
        }

        return root;
    }

    private static string Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.String ? element.GetString()! : throw new FormatException($"{name} is no text");

    private static int Whole(JsonElement element, string name, int least, int most) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out var number) && number >= least && number <= most && number == Math.Floor(number)
            ? (int)number
            : throw new FormatException($"{name} is no whole number from {least} to {most}");

    private static float Number(JsonElement root, string name, float usual, float least, float most) =>
        Find(root, "inference", name) is not { ValueKind: not JsonValueKind.Null } element ? usual
            : element.ValueKind == JsonValueKind.Number && element.TryGetSingle(out var number) && number >= least && number <= most ? number
            : throw new FormatException(FormattableString.Invariant($"inference.{name} is no number from {least} to {most}"));

    private static FrozenDictionary<string, ImmutableArray<long>> Ids(JsonElement map)
    {
        if (map.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("phoneme_id_map does not give each phoneme its ids");
        }

        var ids = new Dictionary<string, ImmutableArray<long>>(StringComparer.Ordinal);
        foreach (var entry in map.EnumerateObject())
        {
            ids[entry.Name] = entry.Value.ValueKind == JsonValueKind.Array && entry.Value.GetArrayLength() is > 0 and <= MaxIdsOfPhoneme
                ? [.. entry.Value.EnumerateArray().Select(id => (long)Whole(id, $"an id of '{Shown(entry.Name)}' in phoneme_id_map", 0, 1_000_000))]
                : throw new FormatException($"phoneme_id_map has no list of 1 to {MaxIdsOfPhoneme} ids for '{Shown(entry.Name)}'");
        }

        return ids.Count <= MaxPhonemes
            ? ids.ToFrozenDictionary(StringComparer.Ordinal)
            : throw new FormatException($"phoneme_id_map has {ids.Count} phonemes; {MaxPhonemes} are the most");
    }

    private static FrozenDictionary<string, ImmutableArray<string>> Map(JsonElement? map)
    {
        var others = new Dictionary<string, ImmutableArray<string>>(StringComparer.Ordinal);
        foreach (var (phoneme, to) in Entries(map, MaxPhonemes))
        {
            others[phoneme] = to.ValueKind == JsonValueKind.Array && to.GetArrayLength() <= MaxIdsOfPhoneme
                ? [.. to.EnumerateArray().Select(other => Text(other, $"what '{Shown(phoneme)}' stands for in phoneme_map"))]
                : throw new FormatException($"phoneme_map has no list of at most {MaxIdsOfPhoneme} phonemes for '{Shown(phoneme)}'");
        }

        return others.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static ImmutableSortedDictionary<string, long> SpeakersOf(JsonElement? map, int count)
    {
        var speakers = ImmutableSortedDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        foreach (var (name, number) in Entries(map, MaxSpeakers))
        {
            speakers[name] = Whole(number, $"the speaker '{Shown(name)}' in speaker_id_map", 0, count - 1);
        }

        return speakers.ToImmutable();
    }

    private static IEnumerable<(string Name, JsonElement Value)> Entries(JsonElement? map, int most) =>
        map is { ValueKind: JsonValueKind.Object } given ? given.EnumerateObject().Take(most).Select(entry => (entry.Name, entry.Value)) : [];

    private static string Shown(string text) => string.Concat(text.Take(40).Where(c => !char.IsControl(c)));

    /// <summary>It becomes an argument of a program.</summary>
    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9+_-]{0,39}\z")]
    private static partial Regex EspeakName();
}
