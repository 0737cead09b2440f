using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace VideoGen.Silo.Dashboard.Live;

/// <summary>What makes an older page a newer one, as a server-sent event. It is written once, for all who were at the same state.</summary>
internal static class Patch
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Tells a page from every other by what it shows, on whatever silo it was drawn.</summary>
    public static string MarkOf(string markup) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(markup)).AsSpan(0, 8));

    public static ReadOnlyMemory<byte> Write(string mark, Drawing drawing, IEnumerable<LiveTree> parts)
    {
        using var buffer = new MemoryStream();
        buffer.Write(Encoding.UTF8.GetBytes($"id: {mark}\ndata: "));
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteNumber("version", drawing.Version);
            json.WriteString("title", drawing.Title);
            json.WriteString("told", drawing.Told);
            json.WriteStartArray("parts");
            foreach (var part in parts)
            {
                json.WriteStartArray();
                json.WriteStringValue(part.Id);
                json.WriteStringValue(part.Markup);
                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        buffer.Write("\n\n"u8);
        return buffer.ToArray();
    }
}
