using VideoGen.Tasks.Json;

namespace VideoGen.Tasks.Stored;

/// <summary>Writes the record of a commit byte for byte as the serializer does with <see cref="CommitJson"/>; the same test compares the two.</summary>
internal static class CommitJsonWriter
{
    public static void Write(PooledJson scratch, CommitRecord commit)
    {
        var json = scratch.Writer;
        json.WriteStartObject();
        json.WriteNumber("schema"u8, commit.Schema);
        json.WriteString("writer"u8, commit.Writer);
        json.WriteNumber("sequence"u8, commit.Sequence);
        json.WriteString("task_id"u8, commit.TaskId);
        json.WriteNumber("version"u8, commit.Version);
        json.WriteNumber("writes"u8, commit.Writes);
        json.WriteNumber("highest_token"u8, commit.HighestToken);
        json.WriteString("written_at"u8, commit.WrittenAt);
        json.WritePropertyName("ledger"u8);
        Write(scratch, commit.Ledger);
        if (commit.Notices is { } notices)
        {
            json.WritePropertyName("notices"u8);
            json.WriteRawValue(notices.Json.Span, skipInputValidation: true);
        }

        json.WriteUnknown(commit.UnknownFields);
        json.WriteEndObject();
    }

    /// <summary>
    /// <c>floor</c>; <c>forgotten</c>, how many of the first entries are not remembered any more; and <c>entries</c>, an array with a base64 text for each
    /// <see cref="LedgerBlock"/>.
    /// </summary>
    public static void Write(PooledJson scratch, OperationLedger ledger)
    {
        var json = scratch.Writer;
        json.WriteStartObject();
        json.WriteNumber("floor"u8, ledger.Floor);
        json.WriteUnlessZero("forgotten"u8, ledger.Parts.IsEmpty ? 0 : ledger.Parts[0].Forgotten);
        json.WriteStartArray("entries"u8);
        for (var i = 0; i < ledger.Parts.Length; i++)
        {
            scratch.Insert(i == ledger.Parts.Length - 1 ? ledger.Parts[i].Json[..^1] : ledger.Parts[i].Json);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
