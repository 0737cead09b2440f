using System.Text.Json;
using System.Text.Json.Nodes;

namespace VideoGen.Storage.JsonFiles;

/// <summary>The bytes of a state file as JSON, and what is wrong with them in words for a person with an editor.</summary>
internal static class SeedSyntax
{
    /// <summary>The stored document holds the state one level deeper, and is read back with the usual depth of 64.</summary>
    private const int MaxDepth = 63;

    /// <summary>Some editors put it before UTF-8.</summary>
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <exception cref="FormatException">It is not a JSON object; the message says where it ends to be one.</exception>
    public static JsonObject Parse(ReadOnlySpan<byte> utf8Json)
    {
        var text = utf8Json.StartsWith(ByteOrderMark) ? utf8Json[ByteOrderMark.Length..] : utf8Json;
        if (text.IsEmpty)
        {
            throw new FormatException("The file is empty; it is not a state file.");
        }

        if (text is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            throw new FormatException("It is not a state file: its text is UTF-16. Save it as UTF-8.");
        }

        try
        {
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = MaxDepth }) as JsonObject
                ?? throw new FormatException("It is not a state file: it is not a JSON object.");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException($"It is not a state file: {Explain(exception)}", exception);
        }
    }

    /// <summary>Where the reader stopped and why, without its own counting from zero.</summary>
    public static string Explain(Exception exception)
    {
        if (exception is not JsonException json)
        {
            return exception.Message;
        }

        var place = json switch
        {
            { Path: { Length: > 2 } path } => $"'{path[2..]}': ",
            { LineNumber: { } line, BytePositionInLine: { } column } => $"line {line + 1}, character {column + 1}: ",
            _ => "",
        };
        return place + json.Message.Split(" Path: ")[0].Split(" LineNumber: ")[0];
    }
}
