using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Azure.Data.Tables;
using VideoGen.Storage.Records;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Storage.AzureTables;

/// <summary>
/// Records as entities: the body, its checksum, and the summary as JSON in one column, because the service's work grows with each column. What lists are
/// filtered by is in columns of the row that lists the task.
/// </summary>
internal static class TableRecords
{
    public static readonly string[] SummaryColumns = ["RowKey", Summary, Schedule];

    /// <summary>The keys of the rows of the schedule, a key a line. A program that knows no schedules leaves this column out.</summary>
    public const string Schedule = "Schedule";

    /// <summary>When the first stage of a row may start, in ticks.</summary>
    public const string From = "ReadyFrom";

    public const string Kinds = "Kinds";

    private const string Summary = "Summary";

    private const string Checksum = "Checksum";

    /// <summary>What is null is left out, and characters stay as they are, so that the longest labels are within the bounds of a column.</summary>
    private static readonly JsonTypeInfo<TaskSummary> SummaryForm = new SummaryJson(new JsonSerializerOptions(SummaryJson.Default.Options)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    }).TaskSummary;

    public static void WriteRecord(Utf8JsonWriter entity, TaskSummary? summary, TableSchedule schedule, TableBody body)
    {
        if (summary?.TaskId.Value is not null)
        {
            var text = JsonSerializer.Serialize(summary, SummaryForm);

            // Text within text: where that is safe, a quote takes two bytes instead of six.
            var encoder = Ascii.IsValid(text) ? JavaScriptEncoder.UnsafeRelaxedJsonEscaping : JavaScriptEncoder.Default;
            entity.WriteString(Summary, JsonEncodedText.Encode(text, encoder));
            entity.WriteString(Schedule, schedule.Keys);
        }

        WriteBody(entity, body);
    }

    public static void WriteScheduleRow(Utf8JsonWriter entity, TableScheduleRow row)
    {
        WriteInt64(entity, From, row.From);
        if (row.Kinds is not null)
        {
            entity.WriteString(Kinds, row.Kinds);
        }

        if (row.Body is { } body)
        {
            WriteBody(entity, body);
        }
    }

    /// <summary>What a row of a schedule holds; null when that is not what was written.</summary>
    public static byte[]? ReadScheduleRow(TableEntity entity, TaskId task) =>
        TableBody.Read(entity) is { } body && entity.GetString(Checksum) == Format(RecordChecksum.Of(RecordKey.Of(task), body)) ? body : null;

    private static void WriteBody(Utf8JsonWriter entity, TableBody body)
    {
        entity.WriteString(Checksum, Format(body.Checksum));
        foreach (var (name, part) in body.Parts())
        {
            entity.WriteString($"{name}@odata.type", "Edm.Binary");
            entity.WriteBase64String(name, part.Span);
        }
    }

    /// <summary>The row of the index, with what lists are filtered by. It changes seldom; what changes often is on the record.</summary>
    public static void WriteListed(Utf8JsonWriter entity, TaskSummary summary)
    {
        entity.WriteString("TaskId", summary.TaskId.Value);
        WriteInt64(entity, "CreatedAt", summary.CreatedAt.UtcTicks);
        entity.WriteString("Status", summary.Status.ToWireName());
        entity.WriteBoolean("Owed", summary.Owed);
        if (summary.Deleted)
        {
            WriteInt64(entity, "UpdatedAt", summary.UpdatedAt.UtcTicks);
        }

        if (summary.Pipeline is not null)
        {
            entity.WriteString("Pipeline", summary.Pipeline);
        }

        foreach (var (name, value) in summary.Labels)
        {
            entity.WriteString(TableKeys.LabelColumn(name), value);
        }
    }

    /// <exception cref="StoreException">The body is not what was written under this key.</exception>
    public static StoredRecord ToRecord(RecordKey key, TableEntity entity) =>
        TableBody.Read(entity) is { } body && entity.GetString(Checksum) == Format(RecordChecksum.Of(key, body))
            ? new StoredRecord(entity.ETag.ToString(), body)
            : throw new StoreException(
                StoreFault.DamagedRecord,
                $"The stored {key} is damaged: the entity {entity.PartitionKey}/{entity.RowKey} is not what was written under its key. "
                + "Restore it from a backup; other tasks are not affected.");

    /// <summary>Null for a record that is in no list, and for a summary that was damaged.</summary>
    public static TaskSummary? ToSummary(TableEntity entity)
    {
        try
        {
            return entity.GetString(Summary) is { } text && JsonSerializer.Deserialize(text, SummaryForm) is { TaskId.Value: not null } summary
                ? summary with { Labels = summary.Labels.WithComparers(StringComparer.Ordinal) }
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What lists and queues hold of the record.</summary>
    public static ListedState ToListed(TableEntity entity) =>
        ListedState.Of(entity.ETag.ToString(), ToSummary(entity), TableSchedule.Parse(entity.GetString(Schedule)));

    private static string Format(long checksum) => checksum.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>JSON has no whole numbers of this size, so they are text that says what it is.</summary>
    private static void WriteInt64(Utf8JsonWriter entity, string name, long value)
    {
        entity.WriteString($"{name}@odata.type", "Edm.Int64");
        entity.WriteString(name, value.ToString(CultureInfo.InvariantCulture));
    }
}
