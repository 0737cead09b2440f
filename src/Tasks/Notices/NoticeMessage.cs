using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace VideoGen.Tasks.Notices;

/// <summary>What goes over the wire. An event has the same id and the same body each time and for each subscriber.</summary>
/// <param name="Id">The header <c>webhook-id</c>: <c>msg_</c> and 32 hexadecimal digits.</param>
/// <param name="Body">JSON in UTF-8, of less than <see cref="MaxBodyBytes"/>.</param>
public sealed record NoticeMessage(string Id, ReadOnlyMemory<byte> Body)
{
    /// <summary>Every text in it has a bound of its own, and together they are far below this.</summary>
    public const int MaxBodyBytes = 64 * 1024;

    private const int IdBytes = 16;

    /// <summary>Events that the subscriber was to be told and never will, as they made room before this one.</summary>
    public int Missed { get; init; }

    /// <summary>An event of a task.</summary>
    public static NoticeMessage Of(string task, TaskNotice notice)
    {
        ArgumentNullException.ThrowIfNull(notice);
        return new NoticeMessage(IdOf(task, notice.Number, notice.At), Write(notice.Type, notice.At, writer =>
        {
            writer.WriteString("task_id"u8, task);
            writer.WriteNumber("version"u8, notice.Version);
            if (notice.Stage is { } stage)
            {
                writer.WriteString("stage"u8, stage);
                writer.WriteNumber("attempt"u8, notice.Attempt);
            }

            if (notice.From is { } from)
            {
                writer.WriteString("former_status"u8, from);
            }

            if (notice.Error is { } error)
            {
                writer.WriteString("error"u8, error);
            }
        }));
    }

    /// <summary>A test of a subscription.</summary>
    public static NoticeMessage Test(Webhook webhook, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(webhook);
        return new NoticeMessage(IdOf(webhook.Id, 0, now), Write(NoticeTypes.Test, now, writer => writer.WriteString("webhook"u8, webhook.Name)));
    }

    /// <summary>
    /// The same event always gets the same. The moment tells the events of a task from those of another one that has its name after it was forgotten.
    /// </summary>
    private static string IdOf(string subject, long number, DateTimeOffset at)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{subject}\n{number}\n{at.UtcTicks}");
        return $"msg_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, IdBytes))}";
    }

    private static ReadOnlyMemory<byte> Write(string type, DateTimeOffset at, Action<Utf8JsonWriter> writeData)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, type);
            writer.WriteString("timestamp"u8, at);
            writer.WriteStartObject("data"u8);
            writeData(writer);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
