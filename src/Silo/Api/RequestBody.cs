using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace VideoGen.Silo.Api;

/// <summary>
/// Bodies in JSON, read strictly: no unknown or doubled members, bounded in length and depth. What is wrong is said in the caller's words, with the place.
/// </summary>
internal static class RequestBody
{
    private const string MergePatch = "application/merge-patch+json";

    /// <summary>The value, or what is wrong. An empty body is null where that is allowed.</summary>
    /// <param name="request">Whose body.</param>
    /// <param name="type">What it should be.</param>
    /// <param name="most">Bytes at most.</param>
    /// <param name="mayBeEmpty">Whether there need not be one.</param>
    public static async ValueTask<(T? Value, ProblemHttpResult? Problem)> ReadAsync<T>(
        HttpRequest request, JsonTypeInfo<T> type, int most, bool mayBeEmpty = false)
        where T : class
    {
        if (request.ContentLength > most)
        {
            return (null, TooLarge(most));
        }

        var body = request.BodyReader;
        try
        {
            while (true)
            {
                var read = await body.ReadAsync(request.HttpContext.RequestAborted);
                if (read.Buffer.Length > most)
                {
                    body.AdvanceTo(read.Buffer.End);
                    return (null, TooLarge(most));
                }

                if (!read.IsCompleted)
                {
                    body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                    continue;
                }

                try
                {
                    return read.Buffer.IsEmpty && mayBeEmpty ? (null, null)
                        : IsJson(request.ContentType) ? Parse(new Utf8JsonReader(read.Buffer, ReaderOptions(type)), type)
                        : (null, Problems.Of(ProblemType.UnsupportedMediaType, "This address takes a body in JSON: Content-Type: application/json."));
                }
                finally
                {
                    body.AdvanceTo(read.Buffer.End);
                }
            }
        }
        catch (JsonException exception)
        {
            return (null, Problems.BadRequest($"The body is not what this address takes: {exception.Message}"));
        }
        catch (InvalidOperationException)
        {
            // What the reader of JSON says of half of a surrogate pair.
            return (null, Problems.BadRequest("A text of the body is not Unicode."));
        }
    }

    public static ProblemHttpResult TooLarge(long most) => Problems.Of(ProblemType.TooLarge, $"The body has more than {most} bytes, which is the most.");

    private static (T? Value, ProblemHttpResult? Problem) Parse<T>(Utf8JsonReader reader, JsonTypeInfo<T> type)
        where T : class
    {
        var value = JsonSerializer.Deserialize(ref reader, type);
        if (reader.Read())
        {
            throw new JsonException("Something follows after the end of the value.");
        }

        return value is null ? (null, Problems.BadRequest("The body is null; it is an object in braces.")) : (value, null);
    }

    private static JsonReaderOptions ReaderOptions(JsonTypeInfo type) => new() { MaxDepth = type.Options.MaxDepth };

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var media)
        && (media.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || media.MediaType.Equals(MergePatch, StringComparison.OrdinalIgnoreCase));
}
