using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace VideoGen.Grains.Tasks;

/// <summary>
/// The operations that a task remembers, in the order of their commits, at most <see cref="Limits.LedgerCapacity"/> and not much older than
/// <see cref="Window"/>. What it forgets raises its floor: an id that is not newer than the floor, and not remembered, cannot be told from a
/// repeat and is refused (T2).
/// </summary>
[JsonConverter(typeof(OperationLedgerJsonConverter))]
public sealed class OperationLedger
{
    /// <summary>How long an operation is remembered at least, unless so many others follow that the capacity is reached.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private readonly ImmutableArray<LedgerEntry> _entries;
    private Dictionary<OperationId, LedgerEntry>? _byId;

    private OperationLedger(ImmutableArray<LedgerEntry> entries, long floor)
    {
        _entries = entries;
        Floor = floor;
    }

    public static OperationLedger Empty { get; } = new([], 0);

    public ImmutableArray<LedgerEntry> Entries => _entries;

    /// <summary>Unix milliseconds: the newest timestamp of a forgotten operation.</summary>
    public long Floor { get; }

    public LedgerEntry? Find(OperationId operation) => (_byId ??= _entries.ToDictionary(entry => entry.Operation)).GetValueOrDefault(operation);

    /// <summary>Whether an id that is not remembered may be a forgotten one.</summary>
    public bool MayHaveForgotten(OperationId operation) => operation.Timestamp <= Floor;

    /// <summary>Remembers more operations, and forgets what is too old or too much.</summary>
    public OperationLedger Append(IReadOnlyCollection<LedgerEntry> added, DateTimeOffset now)
    {
        var oldest = (now - Window).ToUnixTimeMilliseconds();
        var excess = _entries.Length + added.Count - Limits.LedgerCapacity;
        var entries = ImmutableArray.CreateBuilder<LedgerEntry>(_entries.Length + added.Count);
        var floor = Floor;
        for (var i = 0; i < _entries.Length; i++)
        {
            var entry = _entries[i];
            if (i < excess || entry.Operation.Timestamp < oldest)
            {
                floor = Math.Max(floor, entry.Operation.Timestamp);
            }
            else
            {
                entries.Add(entry);
            }
        }

        entries.AddRange(added);
        return new OperationLedger(entries.DrainToImmutable(), floor);
    }

    internal static OperationLedger Restore(long floor, ImmutableArray<LedgerEntry> entries) => new(entries, floor);
}

/// <summary>One remembered operation.</summary>
/// <param name="Operation">Its id.</param>
/// <param name="Fingerprint">Of the command, so that an id that is used again with other content is noticed.</param>
/// <param name="Version">Of the task after it.</param>
/// <param name="Token">The lease token that it gave out, or 0.</param>
public sealed record LedgerEntry(OperationId Operation, long Fingerprint, long Version, long Token)
{
    private byte[]? _json;

    /// <summary>The stored form. An entry is written with every commit for as long as it is remembered, so it is made once.</summary>
    internal ReadOnlySpan<byte> Json => _json ??= Encoding.ASCII.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"\"{Operation.ToCompactString()}:{Fingerprint:x}:{Version}:{Token}\""));

    public bool Equals(LedgerEntry? other) =>
        other is not null && Operation == other.Operation && Fingerprint == other.Fingerprint && Version == other.Version && Token == other.Token;

    public override int GetHashCode() => HashCode.Combine(Operation, Version);
}

/// <summary>An object: <c>floor</c>, and <c>entries</c> as strings <c>id:fingerprint:version:token</c>, which keeps the document small.</summary>
internal sealed class OperationLedgerJsonConverter : JsonConverter<OperationLedger>
{
    public override OperationLedger Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var element = JsonElement.ParseValue(ref reader);
        try
        {
            var entries = element.GetProperty("entries").EnumerateArray().Select(entry => ParseEntry(entry.GetString()!)).ToImmutableArray();
            return OperationLedger.Restore(element.GetProperty("floor").GetInt64(), entries);
        }
        catch (Exception exception) when (exception is InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException or IndexOutOfRangeException)
        {
            throw new JsonException("The ledger of operations is damaged: " + exception.Message, exception);
        }
    }

    public override void Write(Utf8JsonWriter writer, OperationLedger value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteNumber("floor", value.Floor);
        writer.WriteStartArray("entries");
        foreach (var entry in value.Entries)
        {
            writer.WriteRawValue(entry.Json, skipInputValidation: true);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static LedgerEntry ParseEntry(string text)
    {
        var parts = text.Split(':');
        return new LedgerEntry(
            OperationId.FromCompactString(parts[0]),
            long.Parse(parts[1], NumberStyles.HexNumber, null),
            long.Parse(parts[2], null),
            long.Parse(parts[3], null));
    }
}
