using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace VideoGen.Grains.Tasks;

/// <summary>
/// Writes what a commit writes: byte for byte what the serializer makes of <see cref="TaskJson"/>, in a third of the time. Whatever seldom changes or is
/// seldom there is left to the serializer. A field that is new in a record belongs here too; a test fails where it is left out.
/// </summary>
internal static partial class StoredForm
{
    public static void Write(JsonScratch scratch, TaskState task)
    {
        var json = scratch.Writer;
        json.WriteStartObject();
        json.WriteString("task_id"u8, task.TaskId.Value);
        WriteRaw(json, "input_config"u8, task.InputConfig);
        json.WriteString("status"u8, task.Status.ToWireName());
        json.WriteString("current_stage"u8, task.CurrentStage);
        json.WriteNumber("overall_progress"u8, task.OverallProgress);
        json.WritePropertyName("stages"u8);
        task.Stages.Write(scratch);
        json.WriteString("created_at"u8, task.CreatedAt);
        WriteTime(json, "started_at"u8, task.StartedAt);
        WriteTime(json, "completed_at"u8, task.CompletedAt);
        if (task.Result is { } result)
        {
            WriteRaw(json, "result"u8, result);
        }
        else
        {
            json.WriteNull("result"u8);
        }

        WriteTexts(json, "errors"u8, task.Errors);
        WriteTexts(json, "warnings"u8, task.Warnings);
        WriteMetadata(json, task.Metadata);
        json.WriteNumber("version"u8, task.Version);
        if (task.Pipeline is { } pipeline)
        {
            json.WriteStartObject("pipeline"u8);
            json.WriteString("name"u8, pipeline.Name);
            json.WriteNumber("definition_version"u8, pipeline.DefinitionVersion);
            json.WriteEndObject();
        }

        if (task.Labels is { } labels)
        {
            WriteTexts(json, "labels"u8, labels);
        }

        WriteUnlessZero(json, "priority"u8, task.Priority);
        if (task.ContentHash is { } hash)
        {
            json.WriteString("content_hash"u8, hash);
        }

        WriteIfSet(json, "time_limit"u8, task.TimeLimit);
        WriteIfSet(json, "deadline"u8, task.Deadline);
        WriteIfSet(json, "retention"u8, task.Retention);
        WriteUnknown(json, task.UnknownFields);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, StageState stage)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, stage.Name);
        json.WriteString("status"u8, stage.Status.ToWireName());
        json.WriteNumber("progress"u8, stage.Progress);
        WriteTime(json, "started_at"u8, stage.StartedAt);
        WriteTime(json, "completed_at"u8, stage.CompletedAt);
        json.WriteString("error"u8, stage.Error);
        WriteTexts(json, "artifacts"u8, stage.Artifacts);
        WriteMetadata(json, stage.Metadata);
        if (stage.Plan is { } plan)
        {
            json.WritePropertyName("plan"u8);
            Write(json, plan);
        }

        WriteUnlessZero(json, "attempt"u8, stage.Attempt);
        WriteUnlessZero(json, "lost_attempts"u8, stage.LostAttempts);
        WriteUnlessZero(json, "failed_attempts"u8, stage.FailedAttempts);
        if (stage.Lease is { } lease)
        {
            json.WriteStartObject("lease"u8);
            json.WriteStartObject("worker"u8);
            json.WriteString("name"u8, lease.Worker.Name);
            json.WriteString("incarnation"u8, lease.Worker.Incarnation);
            json.WriteEndObject();
            json.WriteNumber("token"u8, lease.Token);
            json.WriteString("expires_at"u8, lease.ExpiresAt);
            json.WriteEndObject();
        }

        WriteIfSet(json, "not_before"u8, stage.NotBefore);
        WriteUnlessZero(json, "progress_sequence"u8, stage.ProgressSequence);
        if (stage.MessageProgress != 0)
        {
            json.WriteNumber("message_progress"u8, stage.MessageProgress);
        }

        if (stage.Units is { } units)
        {
            json.WritePropertyName("units"u8);
            units.Write(json);
        }

        if (stage.ArtifactDetails is { } details)
        {
            json.WritePropertyName("artifact_details"u8);
            JsonSerializer.Serialize(json, details, TaskJson.Default.ImmutableSortedDictionaryStringArtifact);
        }

        WriteUnknown(json, stage.UnknownFields);
        json.WriteEndObject();
    }

    public static void Write(JsonScratch scratch, CommitRecord commit)
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
        WriteUnknown(json, commit.UnknownFields);
        json.WriteEndObject();
    }

    /// <summary>
    /// <c>floor</c>; <c>forgotten</c>, how many of the first entries are not remembered any more; and <c>entries</c>, an array with a base64 text for each
    /// <see cref="LedgerPart"/>.
    /// </summary>
    public static void Write(JsonScratch scratch, OperationLedger ledger)
    {
        var json = scratch.Writer;
        json.WriteStartObject();
        json.WriteNumber("floor"u8, ledger.Floor);
        WriteUnlessZero(json, "forgotten"u8, ledger.Parts.IsEmpty ? 0 : ledger.Parts[0].Forgotten);
        json.WriteStartArray("entries"u8);
        for (var i = 0; i < ledger.Parts.Length; i++)
        {
            scratch.Insert(i == ledger.Parts.Length - 1 ? ledger.Parts[i].Json[..^1] : ledger.Parts[i].Json);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, StagePlan plan)
    {
        json.WriteStartObject();
        if (plan.DependsOn is { } dependencies)
        {
            WriteTexts(json, "depends_on"u8, dependencies);
        }

        json.WriteString("queue"u8, plan.Queue);
        WriteIfTrue(json, "critical"u8, plan.Critical);
        WriteIfTrue(json, "is_group"u8, plan.IsGroup);
        if (plan.Retry is { } retry)
        {
            json.WritePropertyName("retry"u8);
            JsonSerializer.Serialize(json, retry, TaskJson.Default.RetryPolicy);
        }

        WriteIfSet(json, "run_timeout"u8, plan.RunTimeout);
        if (plan.Needs is { } needs)
        {
            WriteTexts(json, "needs"u8, needs);
        }

        json.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset? time)
    {
        if (time is { } value)
        {
            json.WriteString(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void WriteIfSet(Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset? time)
    {
        if (time is { } value)
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteIfSet(Utf8JsonWriter json, ReadOnlySpan<byte> name, TimeSpan? time)
    {
        if (time is { } value)
        {
            json.WriteString(name, value.ToString("c", CultureInfo.InvariantCulture));
        }
    }

    private static void WriteIfTrue(Utf8JsonWriter json, ReadOnlySpan<byte> name, bool value)
    {
        if (value)
        {
            json.WriteBoolean(name, value);
        }
    }

    private static void WriteUnlessZero(Utf8JsonWriter json, ReadOnlySpan<byte> name, long number)
    {
        if (number != 0)
        {
            json.WriteNumber(name, number);
        }
    }

    private static void WriteRaw(Utf8JsonWriter json, ReadOnlySpan<byte> name, JsonText text)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(text.Value, skipInputValidation: true);
    }

    private static void WriteMetadata(Utf8JsonWriter json, ImmutableSortedDictionary<string, JsonText> metadata)
    {
        json.WriteStartObject("metadata"u8);
        foreach (var (key, text) in metadata)
        {
            json.WritePropertyName(key);
            json.WriteRawValue(text.Value, skipInputValidation: true);
        }

        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, ReadOnlySpan<byte> name, ImmutableSortedDictionary<string, string> texts)
    {
        json.WriteStartObject(name);
        foreach (var (key, text) in texts)
        {
            json.WriteString(key, text);
        }

        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, ReadOnlySpan<byte> name, ImmutableArray<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static void WriteUnknown(Utf8JsonWriter json, Dictionary<string, JsonElement>? fields)
    {
        if (fields is null)
        {
            return;
        }

        foreach (var (name, value) in fields)
        {
            json.WritePropertyName(name);
            value.WriteTo(json);
        }
    }
}
