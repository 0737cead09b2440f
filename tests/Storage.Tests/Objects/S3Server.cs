using System.Collections.Concurrent;
using System.Globalization;
using System.Security;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using VideoGen.Storage.Objects;
using VideoGen.Storage.Tests.Objects;

[assembly: AssemblyFixture(typeof(S3Server))]

namespace VideoGen.Storage.Tests.Objects;

/// <summary>
/// As much of a server of S3 as the store needs, in memory: one bucket, signatures and hashes that are checked, conditions, ranges, copies, pieces, and lists
/// in pages of three.
/// </summary>
public sealed class S3Server : IAsyncDisposable
{
    public const string Bucket = "videogen-tests";

    private const int PageLength = 3;

    private readonly ConcurrentDictionary<string, Stored> _objects = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Upload> _uploads = new(StringComparer.Ordinal);
    private readonly Lazy<Task<WebApplication>> _application;

    public S3Server() => _application = new Lazy<Task<WebApplication>>(StartAsync);

    /// <summary>Uploads of pieces that were neither ended nor aborted.</summary>
    public int OpenUploads => _uploads.Count;

    public async Task<S3Settings> SettingsAsync() => new()
    {
        Endpoint = new Uri((await _application.Value).Urls.Single()),
        Key = new S3Key(S3Signature.KeyId, S3Signature.Secret),
    };

    public async ValueTask DisposeAsync()
    {
        if (_application.IsValueCreated)
        {
            await (await _application.Value).DisposeAsync();
        }
    }

    private async Task<WebApplication> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var application = builder.Build();
        application.Run(AnswerAsync);
        await application.StartAsync();
        return application;
    }

    private async Task AnswerAsync(HttpContext http)
    {
        using var copy = new MemoryStream();
        await http.Request.Body.CopyToAsync(copy, http.RequestAborted);
        var body = copy.ToArray();
        if (S3Signature.Objection(http, body) is { } objection)
        {
            await FailAsync(http, StatusCodes.Status403Forbidden, objection);
            return;
        }

        var path = Uri.UnescapeDataString(http.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?')[0]).Trim('/').Split('/', 2);
        if (path[0] != Bucket)
        {
            await FailAsync(http, StatusCodes.Status404NotFound, "NoSuchBucket");
            return;
        }

        var key = path.Length == 2 ? path[1] : "";
        var query = http.Request.Query;
        await (http.Request.Method switch
        {
            "GET" when key.Length == 0 => ListAsync(http, query["prefix"].ToString(), query["continuation-token"].ToString()),
            "GET" or "HEAD" => GetAsync(http, key),
            "PUT" when query.ContainsKey("partNumber") => PutPieceAsync(http, int.Parse(query["partNumber"]!, CultureInfo.InvariantCulture), body),
            "PUT" when http.Request.Headers["x-amz-copy-source"].ToString() is { Length: > 0 } source => CopyAsync(http, Uri.UnescapeDataString(source), key),
            "PUT" => PutAsync(http, key, body, HashOf(http)),
            "POST" when query.ContainsKey("uploads") => BeginAsync(http),
            "POST" => EndAsync(http, key),
            "DELETE" => DeleteAsync(http, key),
            _ => FailAsync(http, StatusCodes.Status501NotImplemented, "NotImplemented"),
        });
    }

    private Task ListAsync(HttpContext http, string prefix, string after)
    {
        var found = _objects.Where(stored => stored.Key.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(stored.Key, after) > 0)
            .OrderBy(stored => stored.Key, StringComparer.Ordinal).ToList();
        var xml = new StringBuilder("<ListBucketResult>");
        xml.Append(CultureInfo.InvariantCulture, $"<IsTruncated>{(found.Count > PageLength ? "true" : "false")}</IsTruncated>");
        foreach (var (key, stored) in found.Take(PageLength))
        {
            xml.Append(CultureInfo.InvariantCulture, $"<Contents><Key>{SecurityElement.Escape(key)}</Key><Size>{stored.Bytes.Length}</Size>");
            xml.Append(CultureInfo.InvariantCulture, $"<LastModified>{stored.Changed:yyyy-MM-ddTHH:mm:ss.fffZ}</LastModified></Contents>");
        }

        if (found.Count > PageLength)
        {
            xml.Append(CultureInfo.InvariantCulture, $"<NextContinuationToken>{SecurityElement.Escape(found[PageLength - 1].Key)}</NextContinuationToken>");
        }

        return SayAsync(http, $"{xml}</ListBucketResult>");
    }

    private async Task GetAsync(HttpContext http, string key)
    {
        if (!_objects.TryGetValue(key, out var stored))
        {
            await FailAsync(http, StatusCodes.Status404NotFound, "NoSuchKey");
            return;
        }

        var headers = http.Response.GetTypedHeaders();
        headers.LastModified = stored.Changed;
        if (stored.Sha256.Length > 0)
        {
            http.Response.Headers["x-amz-meta-sha256"] = stored.Sha256;
        }

        var from = (int)(http.Request.GetTypedHeaders().Range?.Ranges.Single().From ?? 0);
        http.Response.StatusCode = from > 0 ? StatusCodes.Status206PartialContent : StatusCodes.Status200OK;
        http.Response.ContentLength = stored.Bytes.Length - from;
        if (http.Request.Method == "GET")
        {
            await http.Response.Body.WriteAsync(stored.Bytes.AsMemory(from));
        }
    }

    private Task PutAsync(HttpContext http, string key, byte[] body, string sha256)
    {
        var stored = new Stored(body, sha256, DateTimeOffset.UtcNow);
        if (http.Request.Headers.IfNoneMatch != "*")
        {
            _objects[key] = stored;
        }
        else if (!_objects.TryAdd(key, stored))
        {
            return FailAsync(http, StatusCodes.Status412PreconditionFailed, "PreconditionFailed");
        }

        http.Response.Headers.ETag = "\"etag\"";
        return http.Request.Method == "PUT" ? Task.CompletedTask : SayAsync(http, "<CompleteMultipartUploadResult/>");
    }

    private Task CopyAsync(HttpContext http, string source, string key)
    {
        if (!_objects.TryGetValue(source.TrimStart('/')[(Bucket.Length + 1)..], out var stored))
        {
            return FailAsync(http, StatusCodes.Status404NotFound, "NoSuchKey");
        }

        _objects[key] = stored with { Changed = DateTimeOffset.UtcNow };
        return SayAsync(http, "<CopyObjectResult><ETag>\"etag\"</ETag></CopyObjectResult>");
    }

    private Task BeginAsync(HttpContext http)
    {
        var id = $"{Guid.NewGuid():N}";
        _uploads[id] = new Upload(new ConcurrentDictionary<int, byte[]>(), HashOf(http));
        return SayAsync(http, $"<InitiateMultipartUploadResult><UploadId>{id}</UploadId></InitiateMultipartUploadResult>");
    }

    private Task PutPieceAsync(HttpContext http, int number, byte[] body)
    {
        _uploads[http.Request.Query["uploadId"]!].Pieces[number] = body;
        http.Response.Headers.ETag = $"\"{number}\"";
        return Task.CompletedTask;
    }

    private Task EndAsync(HttpContext http, string key)
    {
        if (!_uploads.TryRemove(http.Request.Query["uploadId"]!, out var upload))
        {
            return FailAsync(http, StatusCodes.Status404NotFound, "NoSuchUpload");
        }

        return PutAsync(http, key, [.. upload.Pieces.OrderBy(piece => piece.Key).SelectMany(piece => piece.Value)], upload.Sha256);
    }

    private Task DeleteAsync(HttpContext http, string key)
    {
        if (http.Request.Query["uploadId"].ToString() is { Length: > 0 } upload)
        {
            _uploads.TryRemove(upload, out _);
        }
        else
        {
            _objects.TryRemove(key, out _);
        }

        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static string HashOf(HttpContext http) => http.Request.Headers["x-amz-meta-sha256"].ToString();

    private static Task SayAsync(HttpContext http, string xml)
    {
        http.Response.ContentType = "application/xml";
        return http.Response.WriteAsync(xml);
    }

    private static Task FailAsync(HttpContext http, int status, string code)
    {
        http.Response.StatusCode = status;
        return http.Request.Method == "HEAD" ? Task.CompletedTask : SayAsync(http, $"<Error><Code>{code}</Code><Message>No.</Message></Error>");
    }

    private sealed record Stored(byte[] Bytes, string Sha256, DateTimeOffset Changed);

    private sealed record Upload(ConcurrentDictionary<int, byte[]> Pieces, string Sha256);
}
