using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;

namespace VideoGen.Tasks;

/// <summary>
/// The name of a stage: <c>kind</c> or <c>kind:unit</c>, 1 to 96 characters of <c>A-Z a-z 0-9 _ - .</c> and at most one colon. Workers pick the code by the
/// kind. A name with a unit belongs to the stage that is called as its kind, where that one is a group. Names differ when their case differs.
/// </summary>
[Immutable, Alias("VideoGen.StageName")]
[JsonConverter(typeof(StageNameJsonConverter))]
public readonly record struct StageName
{
    public const int MaxLength = 96;

    /// <summary>What is said of a name that is missing, or was none when it came over the wire.</summary>
    internal const string Missing =
        "The name of a stage is missing or malformed: it has 1 to 96 characters of A-Z a-z 0-9 _ - . and at most one colon within.";

    private static readonly SearchValues<char> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");

    /// <summary>Where the colon stands; 0 for none, since no name begins with one.</summary>
    private readonly int _colon;

    private StageName(string value, int colon)
    {
        Value = value;
        _colon = colon;
    }

    public string Value { get; }

    /// <summary>The part before the colon, or the whole name.</summary>
    public string Kind => _colon > 0 ? Value[.._colon] : Value;

    /// <summary>The part after the colon, or null.</summary>
    public string? Unit => _colon > 0 ? Value[(_colon + 1)..] : null;

    /// <summary>The stage that this one may be a member of; null for a stage of its own.</summary>
    public StageName? Group => _colon > 0 ? new StageName(Value[.._colon], 0) : default(StageName?);

    /// <summary>A name that stands in code, so that a pipeline reads as the names of its stages. Text of others goes through <see cref="TryParse"/>.</summary>
    /// <exception cref="FormatException">The text is none.</exception>
    public static implicit operator StageName(string text) => Parse(text);

    /// <summary>Reads a name, and says in the caller's words why it is not one.</summary>
    public static bool TryParse(string? text, out StageName name, out string? problem)
    {
        problem = Check(text, out var colon);
        name = problem is null ? new StageName(text!, colon) : default;
        return problem is null;
    }

    public static StageName Parse(string? text) =>
        TryParse(text, out var name, out var problem) ? name : throw new FormatException(problem);

    /// <summary>Letter for letter; where the colon stands follows from that.</summary>
    public bool Equals(StageName other) => Value == other.Value;

    public override int GetHashCode() => Value is null ? 0 : Value.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Value ?? "";

    /// <summary>Null for a name; what is to be said of a missing one.</summary>
    internal static string? Check(StageName name) => name.Value is null ? Missing : null;

    private static string? Check(string? text, out int colon)
    {
        colon = 0;
        if (string.IsNullOrEmpty(text))
        {
            return "A stage has no name.";
        }

        if (text.Length > MaxLength)
        {
            return $"A stage name has {text.Length} characters; {MaxLength} is the most.";
        }

        var odd = text.AsSpan().IndexOfAnyExcept(Plain);
        if (odd < 0)
        {
            return null;
        }

        if (text[odd] == ':')
        {
            colon = odd;
            if (colon == 0 || colon == text.Length - 1)
            {
                return $"The stage name '{NameText.Printable(text)}' has nothing before or after its colon.";
            }

            odd = text.AsSpan(colon + 1).IndexOfAnyExcept(Plain);
        }

        return odd < 0 ? null : $"The stage name '{NameText.Printable(text)}' may hold only A-Z a-z 0-9 _ - . and one colon.";
    }
}

/// <summary>
/// The form in which Orleans carries a name is that of a text: programs in which names had no type of their own read it, and are read. What is no name comes
/// in as none, and whoever uses it says so to the caller: an exception here would hold up the messages behind it.
/// </summary>
[RegisterSerializer]
internal sealed class StageNameCodec : IFieldCodec<StageName>
{
    /// <remarks>Names are members of a known type, and of lists of them, so the reader knows what comes and it need not be written.</remarks>
    public void WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, StageName value)
        where TBufferWriter : IBufferWriter<byte> =>
        StringCodec.WriteField(ref writer, fieldIdDelta, value.Value);

    public StageName ReadValue<TInput>(ref Reader<TInput> reader, Field field) =>
        StageName.TryParse(StringCodec.ReadValue(ref reader, field), out var name, out _) ? name : default;
}

internal sealed class StageNameJsonConverter : JsonConverter<StageName>
{
    public override StageName Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        StageName.TryParse(reader.GetString(), out var name, out var problem) ? name : throw new JsonException(problem);

    public override void Write(Utf8JsonWriter writer, StageName value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}
