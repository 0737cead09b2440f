using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace VideoGen.Storage.Tests.Objects;

/// <summary>Checks a request as S3 does: who signed it, and that its bytes are those that were signed.</summary>
internal static class S3Signature
{
    public const string KeyId = "AKIDTESTS";

    public const string Secret = "only/for+tests";

    /// <summary>The error's code; null for a good request.</summary>
    public static string? Objection(HttpContext http, byte[] body)
    {
        var headers = http.Request.Headers;
        var parts = headers.Authorization.ToString().Replace("AWS4-HMAC-SHA256 ", "", StringComparison.Ordinal).Split(',')
            .Select(part => part.Trim().Split('=', 2)).Where(part => part.Length == 2).ToDictionary(part => part[0], part => part[1]);
        if (!parts.TryGetValue("Credential", out var credential) || credential.Split('/') is not [KeyId, var day, var region, var service, var end])
        {
            return "InvalidAccessKeyId";
        }

        var hash = headers["x-amz-content-sha256"].ToString();
        if (Convert.ToHexStringLower(SHA256.HashData(body)) != hash)
        {
            return "XAmzContentSHA256Mismatch";
        }

        if (headers["x-amz-checksum-sha256"].ToString() is { Length: > 0 } sum && sum != Convert.ToBase64String(SHA256.HashData(body)))
        {
            return "BadDigest";
        }

        var target = http.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?', 2);
        var pairs = (target.Length < 2 ? "" : target[1]).Split('&', StringSplitOptions.RemoveEmptyEntries);
        var query = string.Join('&', pairs.Select(pair => pair.Contains('=', StringComparison.Ordinal) ? pair : $"{pair}=").Order(StringComparer.Ordinal));
        var signed = parts["SignedHeaders"].Split(';').Select(name => $"{name}:{headers[name].ToString().Trim()}\n");
        var request = $"{http.Request.Method}\n{target[0]}\n{query}\n{string.Concat(signed)}\n{parts["SignedHeaders"]}\n{hash}";
        var text = $"AWS4-HMAC-SHA256\n{headers["x-amz-date"]}\n{day}/{region}/{service}/{end}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(request)))}";
        var key = new[] { day, region, service, end }.Aggregate(Encoding.UTF8.GetBytes($"AWS4{Secret}"), Sign);
        return Hex(Sign(key, text)) == parts["Signature"] ? null : "SignatureDoesNotMatch";
    }

    private static byte[] Sign(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
