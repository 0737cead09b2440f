using System.Buffers;
using System.Text;
using System.Text.Json;

namespace VideoGen.Storage.AzureTables;

/// <summary>The bodies of requests, written straight into their bytes.</summary>
internal static class TableRequestWriter
{
    /// <summary>Where an entity is, behind the address of the table.</summary>
    public static string PathOf(TableOperation operation) => operation.Change == TableChange.Insert
        ? ""
        : $"(PartitionKey='{Escape(operation.Partition)}',RowKey='{Escape(operation.Row)}')";

    /// <summary>An entity, as the body of a request or of a part of one.</summary>
    public static void WriteEntity(ArrayBufferWriter<byte> buffer, TableOperation operation)
    {
        using var entity = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        entity.WriteStartObject();
        entity.WriteString("PartitionKey"u8, operation.Partition);
        entity.WriteString("RowKey"u8, operation.Row);
        operation.WriteProperties!(entity);
        entity.WriteEndObject();
    }

    /// <summary>An entity-group transaction: a batch that holds one set of changes, which holds a request for each operation.</summary>
    public static void WriteTransaction(ArrayBufferWriter<byte> buffer, string boundary, Uri table, string query, IEnumerable<TableOperation> operations)
    {
        Write(buffer, $"--batch_{boundary}\r\nContent-Type: multipart/mixed; boundary=changeset_{boundary}\r\n");
        var begin = Encoding.UTF8.GetBytes($"\r\n--changeset_{boundary}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n");
        foreach (var operation in operations)
        {
            buffer.Write(begin);
            buffer.Write(VerbOf(operation));
            Write(buffer, table.AbsoluteUri);
            Write(buffer, PathOf(operation));
            Write(buffer, query);
            buffer.Write(" HTTP/1.1\r\nDataServiceVersion: 3.0\r\nAccept: application/json;odata=minimalmetadata\r\n"u8);
            if (operation.ETag is not null)
            {
                buffer.Write("If-Match: "u8);
                Write(buffer, operation.ETag);
                buffer.Write("\r\n"u8);
            }

            if (operation.WriteProperties is null)
            {
                buffer.Write("\r\n"u8);
                continue;
            }

            buffer.Write(operation.Change == TableChange.Insert
                ? "Prefer: return-no-content\r\nContent-Type: application/json\r\n\r\n"u8
                : "Content-Type: application/json\r\n\r\n"u8);
            WriteEntity(buffer, operation);
        }

        Write(buffer, $"\r\n--changeset_{boundary}--\r\n\r\n--batch_{boundary}--\r\n");
    }

    private static ReadOnlySpan<byte> VerbOf(TableOperation operation) => operation.Change switch
    {
        TableChange.Insert => "POST "u8,
        TableChange.Delete => "DELETE "u8,
        _ => "PUT "u8,
    };

    private static void Write(ArrayBufferWriter<byte> buffer, string text) => Encoding.UTF8.GetBytes(text, buffer);

    private static string Escape(string key) => Uri.EscapeDataString(key.Replace("'", "''", StringComparison.Ordinal));
}
