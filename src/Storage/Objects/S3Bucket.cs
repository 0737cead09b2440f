using System.Net;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace VideoGen.Storage.Objects;

/// <summary>A bucket of Amazon S3, or of a server that speaks its protocol.</summary>
/// <remarks>
/// What is sent is signed together with its hash, so a server refuses bytes that were changed on the way. A file of several pieces is a multipart upload, in
/// which a piece that did not arrive is sent again. Whether a server keeps the condition "only if there is none" depends on the server; no two attempts at a
/// stage have one address, so nothing hangs on it.
/// </remarks>
internal sealed class S3Bucket : IObjectBucket, IDisposable
{
    private const string IfNone = "*";

    private readonly AmazonS3Client _client;
    private readonly string _bucket;
    private bool _isConditional = true;

    /// <param name="bucket">Its name.</param>
    /// <param name="settings">How it is reached.</param>
    public S3Bucket(string bucket, S3Settings settings)
    {
        _bucket = bucket;
        var config = new AmazonS3Config
        {
            AuthenticationRegion = settings.Region,
            ForcePathStyle = settings.Endpoint is not null,
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = settings.Retries,
            Timeout = settings.Timeout,

            // Servers other than Amazon's know the older forms alone; the signature covers the bytes in both.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (settings.Endpoint is { } endpoint)
        {
            config.ServiceURL = endpoint.AbsoluteUri;
        }
        else
        {
            config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(settings.Region);
        }

        _client = settings.Key is { } key ? new AmazonS3Client(new BasicAWSCredentials(key.Id, key.Secret), config) : new AmazonS3Client(config);
    }

    public string Place => $"s3://{_bucket}";

    public void Dispose() => _client.Dispose();

    public Task<StoredObject?> FindAsync(string key, CancellationToken cancellationToken) => CallAsync<StoredObject?>(
        async () =>
        {
            try
            {
                var found = await _client.GetObjectMetadataAsync(_bucket, key, cancellationToken).ConfigureAwait(false);
                return new StoredObject(key, found.ContentLength, found.LastModified?.ToUniversalTime() ?? default, found.Metadata[FileContent.HashKey]);
            }
            catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotFound)
            {
                // The answer has no body, so it does not say whether the bucket is there.
                await CheckBucketAsync(cancellationToken).ConfigureAwait(false);
                return null;
            }
        },
        cancellationToken);

    public Task<bool> TryUploadAsync(string key, string path, FileContent content, CancellationToken cancellationToken) =>
        content.Length <= FileContent.PieceLength
            ? UploadWholeAsync(key, path, content, cancellationToken)
            : UploadPiecesAsync(key, path, content, cancellationToken);

    public Task<Stream> ReadAsync(string key, long offset, CancellationToken cancellationToken) => CallAsync(
        async () =>
        {
            var request = new GetObjectRequest { BucketName = _bucket, Key = key, ByteRange = offset > 0 ? new ByteRange($"bytes={offset}-") : null };
            return (await _client.GetObjectAsync(request, cancellationToken).ConfigureAwait(false)).ResponseStream;
        },
        cancellationToken);

    public Task CopyAsync(string source, string target, CancellationToken cancellationToken) => CallAsync(
        () => _client.CopyObjectAsync(_bucket, source, _bucket, target, cancellationToken), cancellationToken);

    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = _bucket, Prefix = prefix };
        ListObjectsV2Response page;
        do
        {
            page = await CallAsync(() => _client.ListObjectsV2Async(request, cancellationToken), cancellationToken).ConfigureAwait(false);
            foreach (var found in page.S3Objects ?? [])
            {
                yield return new StoredObject(found.Key, found.Size ?? 0, found.LastModified?.ToUniversalTime() ?? default);
            }

            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true);
    }

    public Task DeleteAsync(string key, CancellationToken cancellationToken) =>
        CallAsync(() => _client.DeleteObjectAsync(_bucket, key, cancellationToken), cancellationToken);

    public Task WriteAsync(string key, ReadOnlyMemory<byte> content, bool isNew, CancellationToken cancellationToken) =>
        PutAsync(() => new PutObjectRequest { InputStream = new MemoryStream(content.ToArray()) }, key, isNew, cancellationToken);

    private Task<bool> UploadWholeAsync(string key, string path, FileContent content, CancellationToken cancellationToken) => PutAsync(
        () =>
        {
            var request = new PutObjectRequest
            {
                FilePath = path,
                ContentType = content.MediaType,
                ChecksumSHA256 = Convert.ToBase64String(Convert.FromHexString(content.Sha256)),
            };
            request.Metadata[FileContent.HashKey] = content.Sha256;
            return request;
        },
        key,
        isNew: true,
        cancellationToken);

    private Task<bool> PutAsync(Func<PutObjectRequest> create, string key, bool isNew, CancellationToken cancellationToken) => CallAsync(
        () => WriteOnceAsync(
            isNew,
            condition =>
            {
                var request = create();
                (request.BucketName, request.Key, request.UseChunkEncoding, request.IfNoneMatch) = (_bucket, key, false, condition);
                return _client.PutObjectAsync(request, cancellationToken);
            }),
        cancellationToken);

    private async Task<bool> UploadPiecesAsync(string key, string path, FileContent content, CancellationToken cancellationToken)
    {
        var begin = new InitiateMultipartUploadRequest { BucketName = _bucket, Key = key, ContentType = content.MediaType };
        begin.Metadata[FileContent.HashKey] = content.Sha256;
        var upload = (await CallAsync(() => _client.InitiateMultipartUploadAsync(begin, cancellationToken), cancellationToken).ConfigureAwait(false)).UploadId;
        try
        {
            var parts = new List<PartETag>();
            await foreach (var piece in FilePieces.ReadAsync(path, content, cancellationToken).ConfigureAwait(false))
            {
                var part = new UploadPartRequest
                {
                    BucketName = _bucket,
                    Key = key,
                    UploadId = upload,
                    PartNumber = parts.Count + 1,
                    InputStream = new MemoryStream(piece.ToArray()),
                    PartSize = piece.Length,
                    UseChunkEncoding = false,
                };
                parts.Add(new PartETag(await CallAsync(() => _client.UploadPartAsync(part, cancellationToken), cancellationToken).ConfigureAwait(false)));
            }

            var end = new CompleteMultipartUploadRequest { BucketName = _bucket, Key = key, UploadId = upload, PartETags = parts };
            return await CallAsync(
                () => WriteOnceAsync(
                    isNew: true,
                    condition =>
                    {
                        end.IfNoneMatch = condition;
                        return _client.CompleteMultipartUploadAsync(end, cancellationToken);
                    }),
                cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await TryAbortAsync(key, upload).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>With the condition that there is no such object, for as long as the server knows conditions.</summary>
    private async Task<bool> WriteOnceAsync(bool isNew, Func<string?, Task> write)
    {
        try
        {
            await write(isNew && _isConditional ? IfNone : null).ConfigureAwait(false);
            return true;
        }
        catch (AmazonS3Exception exception) when (isNew && exception.StatusCode is HttpStatusCode.PreconditionFailed)
        {
            return false;
        }
        catch (AmazonS3Exception exception) when (isNew && exception.StatusCode is HttpStatusCode.NotImplemented)
        {
            _isConditional = false;
            await write(null).ConfigureAwait(false);
            return true;
        }
    }

    /// <summary>What was sent of it costs money until it is aborted. A bucket's own rules end it too.</summary>
    private async Task TryAbortAsync(string key, string upload)
    {
        try
        {
            await _client.AbortMultipartUploadAsync(_bucket, key, upload, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is AmazonServiceException or HttpRequestException or IOException or TimeoutException)
        {
            // The failure that led here matters more.
        }
    }

    private Task<ListObjectsV2Response> CheckBucketAsync(CancellationToken cancellationToken) =>
        _client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = _bucket, MaxKeys = 1 }, cancellationToken);

    private async Task<T> CallAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (AmazonS3Exception exception)
        {
            throw new IOException(Describe(exception), exception);
        }
        catch (Exception exception) when (exception is AmazonClientException or HttpRequestException or IOException or TimeoutException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new IOException(
                exception.Message.Contains("credential", StringComparison.OrdinalIgnoreCase)
                    ? $"There is no key for {Place}. Set VIDEOGEN_S3_KEY=ID:SECRET or VIDEOGEN_S3_KEY_FILE, or what Amazon's own tools read."
                    : $"{Place} at {Server} does not answer: {Innermost(exception).Message}",
                exception);
        }
    }

    private string Server => _client.Config.ServiceURL ?? _client.Config.RegionEndpoint?.SystemName ?? "its server";

    private string Describe(AmazonS3Exception exception) => exception switch
    {
        { ErrorCode: "NoSuchBucket" } => $"There is no bucket {_bucket} at {Server}. Make it, or choose another with --artifacts.",
        { ErrorCode: "InvalidAccessKeyId" or "SignatureDoesNotMatch" or "InvalidToken" or "ExpiredToken" } =>
            $"{Place} at {Server} refuses the key ({exception.ErrorCode}). Check VIDEOGEN_S3_KEY, and for an expired one get another.",
        { StatusCode: HttpStatusCode.Forbidden } =>
            $"The key may not do this in {Place} at {Server} ({exception.ErrorCode}). It needs to read, write, list and delete there.",
        { StatusCode: HttpStatusCode.InsufficientStorage } or { ErrorCode: "QuotaExceeded" or "XMinioStorageFull" } =>
            $"{Place} at {Server} is full ({exception.ErrorCode}). Free some space there, then retry the task.",
        _ => $"{Place} at {Server} answered {(int)exception.StatusCode} {exception.ErrorCode}: {exception.Message}",
    };

    private static Exception Innermost(Exception exception) => exception.InnerException is { } inner ? Innermost(inner) : exception;
}
