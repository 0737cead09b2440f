using System.IO.Hashing;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace VideoGen.Silo.Api;

/// <summary>An answer in JSON whose ETag is the hash of what it says, so that who asks again and again gets a 304 for as long as nothing is new.</summary>
internal static class JsonAnswer
{
    public static FileContentHttpResult Of<T>(T value, JsonTypeInfo<T> type, HttpResponse response)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(value, type);
        response.Headers.CacheControl = "no-cache";
        return TypedResults.Bytes(
            json, "application/json", entityTag: new EntityTagHeaderValue($"\"{XxHash128.HashToUInt128(json):x32}\"", isWeak: true));
    }
}
