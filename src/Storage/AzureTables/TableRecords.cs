using System.IO.Compression;
using System.Text.Json;
using Azure.Data.Tables;
using VideoGen.Grains.Index;
using VideoGen.Grains.Tasks;
using VideoGen.Storage.Records;

namespace VideoGen.Storage.AzureTables;

/// <summary>A record as an entity: its body in binary properties of at most 64 KiB, the summary in columns beside it.</summary>
internal static class TableRecords
{
    /// <summary>Bodies from here on are compressed: below, the service is done sooner with the larger body than we are with making it smaller.</summary>
    private const int CompressFrom = 32 * 1024;

    private const int MaxPart = 64 * 1024;

    /// <summary>An entity holds 1 MiB with all of its properties; this leaves room for the others.</summary>
    private const int MaxParts = 15;

    public const int MaxStoredBytes = MaxPart * MaxParts;

    public static readonly string[] SummaryColumns =
    [
        "RowKey", "TaskId", "Status", "Pipeline", "Labels", "Progress", "CurrentStage", "CreatedAt", "StartedAt", "CompletedAt", "UpdatedAt", "Workers", "Version",
        "Deleted", "Owed",
    ];

    /// <exception cref="StoreException">The body is too large for one entity.</exception>
    public static TableEntity ToEntity(string partition, RecordWrite write)
    {
        var body = write.Body!.Value;
        var entity = new TableEntity(partition, TableKeys.RecordRow(write.Key)) { ["Checksum"] = RecordChecksum.Of(write.Key, body.Span) };
        if (body.Length >= CompressFrom)
        {
            body = Compress(body.Span);
            entity["Coding"] = "br";
        }

        if (body.Length > MaxStoredBytes)
        {
            throw new StoreException(
                StoreFault.Refused,
                $"The {write.Key} has {write.Length} bytes, {body.Length} compressed; Azure Table storage keeps at most {MaxStoredBytes} of one. Nothing was stored.");
        }

        for (var i = 0; i * MaxPart < body.Length; i++)
        {
            entity[$"B{i}"] = body.Slice(i * MaxPart, Math.Min(MaxPart, body.Length - (i * MaxPart))).ToArray();
        }

        AddSummary(entity, write.Summary);
        return entity;
    }

    /// <summary>The row of the index, with what lists are filtered by. It changes seldom; what changes often is on the record.</summary>
    public static TableEntity ToListEntity(string partition, TaskSummary summary)
    {
        var entity = new TableEntity(partition, TableKeys.ListRow(summary))
        {
            ["TaskId"] = summary.TaskId.Value,
            ["CreatedAt"] = summary.CreatedAt.UtcTicks,
            ["Status"] = summary.Status.ToWireName(),
            ["Owed"] = summary.Owed,
        };
        if (summary.Deleted)
        {
            entity["UpdatedAt"] = summary.UpdatedAt.UtcTicks;
        }

        Add(entity, "Pipeline", summary.Pipeline);
        foreach (var (name, value) in summary.Labels)
        {
            entity[TableKeys.LabelColumn(name)] = value;
        }

        return entity;
    }

    /// <exception cref="StoreException">The body is not what was written under this key.</exception>
    public static StoredRecord ToRecord(RecordKey key, TableEntity entity)
    {
        using var body = new MemoryStream();
        for (var i = 0; entity.GetBinary($"B{i}") is { } part; i++)
        {
            body.Write(part);
        }

        byte[]? content = null;
        try
        {
            content = entity.GetString("Coding") == "br" ? Decompress(body) : body.ToArray();
        }
        catch (InvalidOperationException)
        {
            // Brotli's way of saying that the bytes are damaged.
        }

        return content is not null && entity.GetInt64("Checksum") == RecordChecksum.Of(key, content)
            ? new StoredRecord(entity.ETag.ToString(), content)
            : throw new StoreException(
                StoreFault.DamagedRecord,
                $"The stored {key} is damaged: the entity {entity.PartitionKey}/{entity.RowKey} is not what was written under its key. Restore it from a backup; other tasks are not affected.");
    }

    public static TaskSummary? ToSummary(TableEntity entity) =>
        entity.GetString("TaskId") is { } text && TaskId.TryParse(text, out var id, out _) && RunStatusExtensions.TryParseWireName(entity.GetString("Status"), out var status)
            ? new TaskSummary
            {
                TaskId = id,
                Status = status,
                Pipeline = entity.GetString("Pipeline"),
                Labels = entity.GetString("Labels") is { } labels
                    ? JsonSerializer.Deserialize(labels, TaskJson.Default.ImmutableSortedDictionaryStringString)!.WithComparers(StringComparer.Ordinal)
                    : StageState.EmptyArtifacts,
                Progress = entity.GetDouble("Progress") ?? 0,
                CurrentStage = entity.GetString("CurrentStage"),
                CreatedAt = Time(entity, "CreatedAt") ?? default,
                StartedAt = Time(entity, "StartedAt"),
                CompletedAt = Time(entity, "CompletedAt"),
                UpdatedAt = Time(entity, "UpdatedAt") ?? default,
                Workers = entity.GetInt32("Workers") ?? 0,
                Version = entity.GetInt64("Version") ?? 0,
                Deleted = entity.GetBoolean("Deleted") ?? false,
                Owed = entity.GetBoolean("Owed") ?? false,
            }
            : null;

    private static void AddSummary(TableEntity entity, TaskSummary? summary)
    {
        if (summary?.TaskId.Value is null)
        {
            return;
        }

        entity["TaskId"] = summary.TaskId.Value;
        entity["Status"] = summary.Status.ToWireName();
        entity["Progress"] = summary.Progress;
        entity["CreatedAt"] = summary.CreatedAt.UtcTicks;
        entity["UpdatedAt"] = summary.UpdatedAt.UtcTicks;
        entity["Workers"] = summary.Workers;
        entity["Version"] = summary.Version;
        entity["Deleted"] = summary.Deleted;
        entity["Owed"] = summary.Owed;
        Add(entity, "Pipeline", summary.Pipeline);
        Add(entity, "CurrentStage", summary.CurrentStage);
        Add(entity, "StartedAt", summary.StartedAt?.UtcTicks);
        Add(entity, "CompletedAt", summary.CompletedAt?.UtcTicks);
        Add(entity, "Labels", summary.Labels.IsEmpty ? null : JsonSerializer.Serialize(summary.Labels, TaskJson.Default.ImmutableSortedDictionaryStringString));
    }

    private static void Add(TableEntity entity, string name, object? value)
    {
        if (value is not null)
        {
            entity[name] = value;
        }
    }

    private static DateTimeOffset? Time(TableEntity entity, string name) =>
        entity.GetInt64(name) is { } ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    private static byte[] Compress(ReadOnlySpan<byte> body)
    {
        using var compressed = new MemoryStream();
        using (var brotli = new BrotliStream(compressed, CompressionLevel.Fastest))
        {
            brotli.Write(body);
        }

        return compressed.ToArray();
    }

    private static byte[] Decompress(MemoryStream body)
    {
        body.Position = 0;
        using var brotli = new BrotliStream(body, CompressionMode.Decompress);
        using var content = new MemoryStream();
        brotli.CopyTo(content);
        return content.ToArray();
    }
}
