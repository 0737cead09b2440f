using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using AuthenticationFailedException = Azure.Identity.AuthenticationFailedException;

namespace VideoGen.Storage.Objects;

/// <summary>A container of Azure Blob storage.</summary>
/// <remarks>
/// A file of several pieces is a list of blocks, each sent with its hash and again where it did not arrive, which one conditional request makes a blob.
/// </remarks>
internal sealed class BlobBucket(BlobContainerClient container) : IObjectBucket
{
    private static readonly BlobRequestConditions OnlyIfNone = new() { IfNoneMatch = ETag.All };

    public string Place => $"azure:{container.Name}";

    public Task<StoredObject?> FindAsync(string key, CancellationToken cancellationToken) => CallAsync<StoredObject?>(
        async () =>
        {
            try
            {
                var found = (await container.GetBlobClient(key).GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false)).Value;
                var hash = found.Metadata.TryGetValue(FileContent.HashKey, out var noted) ? noted : null;
                return new StoredObject(key, found.ContentLength, found.LastModified, hash);
            }
            catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.BlobNotFound)
            {
                return null;
            }
        },
        cancellationToken);

    public async Task<bool> TryUploadAsync(string key, string path, FileContent content, CancellationToken cancellationToken)
    {
        var blob = container.GetBlockBlobClient(key);
        var blocks = new List<string>();
        await foreach (var piece in FilePieces.ReadAsync(path, content, cancellationToken).ConfigureAwait(false))
        {
            var block = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{blocks.Count:D8}"));
            await CallAsync(() => StageAsync(blob, block, piece, cancellationToken), cancellationToken).ConfigureAwait(false);
            blocks.Add(block);
        }

        var options = new CommitBlockListOptions
        {
            Conditions = OnlyIfNone,
            HttpHeaders = new BlobHttpHeaders { ContentType = content.MediaType },
            Metadata = new Dictionary<string, string> { [FileContent.HashKey] = content.Sha256 },
        };
        return await CallAsync(
            () => WriteOnceAsync(() => blob.CommitBlockListAsync(blocks, options, cancellationToken)), cancellationToken).ConfigureAwait(false);
    }

    public Task<Stream> ReadAsync(string key, long offset, CancellationToken cancellationToken) => CallAsync(
        async () =>
        {
            var options = new BlobDownloadOptions { Range = new HttpRange(offset) };
            return (await container.GetBlobClient(key).DownloadStreamingAsync(options, cancellationToken).ConfigureAwait(false)).Value.Content;
        },
        cancellationToken);

    public Task CopyAsync(string source, string target, CancellationToken cancellationToken) => CallAsync(
        async () =>
        {
            var copy = await container.GetBlobClient(target)
                .StartCopyFromUriAsync(container.GetBlobClient(source).Uri, cancellationToken: cancellationToken).ConfigureAwait(false);
            await copy.WaitForCompletionAsync(cancellationToken).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var found = container.GetBlobsAsync(BlobTraits.None, BlobStates.None, prefix, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await CallAsync(() => found.MoveNextAsync().AsTask(), cancellationToken).ConfigureAwait(false))
        {
            var properties = found.Current.Properties;
            yield return new StoredObject(found.Current.Name, properties.ContentLength ?? 0, properties.LastModified ?? default);
        }
    }

    public Task DeleteAsync(string key, CancellationToken cancellationToken) => CallAsync(
        () => container.GetBlobClient(key).DeleteIfExistsAsync(DeleteSnapshotsOption.IncludeSnapshots, cancellationToken: cancellationToken),
        cancellationToken);

    public Task WriteAsync(string key, ReadOnlyMemory<byte> content, bool isNew, CancellationToken cancellationToken) => CallAsync(
        () => WriteOnceAsync(() => container.GetBlobClient(key).UploadAsync(
            BinaryData.FromBytes(content), new BlobUploadOptions { Conditions = isNew ? OnlyIfNone : null }, cancellationToken)),
        cancellationToken);

    private static Task<Response<BlockInfo>> StageAsync(BlockBlobClient blob, string block, ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
#pragma warning disable CA5351 // What the service checks a block against on arrival; the whole is known by its SHA-256.
        var hash = MD5.HashData(piece.Span);
#pragma warning restore CA5351
        return blob.StageBlockAsync(
            block,
            new MemoryStream(piece.ToArray(), writable: false),
            new BlockBlobStageBlockOptions
            {
                TransferValidation = new Azure.Storage.UploadTransferValidationOptions
                {
                    ChecksumAlgorithm = Azure.Storage.StorageChecksumAlgorithm.MD5,
                    PrecalculatedChecksum = hash,
                },
            },
            cancellationToken);
    }

    private static async Task<bool> WriteOnceAsync<T>(Func<Task<T>> write)
    {
        try
        {
            await write().ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.BlobAlreadyExists || exception.Status == 412)
        {
            return false;
        }
    }

    private async Task<T> CallAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (RequestFailedException exception)
        {
            throw new IOException(Describe(exception), exception);
        }
        catch (AggregateException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"{Place} does not answer: {exception.InnerExceptions[^1].Message}", exception);
        }
        catch (AuthenticationFailedException exception)
        {
            throw new IOException($"No credential for {Place}: {exception.Message.Split('\n')[0]}", exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"{Place} does not answer in time.", exception);
        }
    }

    private string Describe(RequestFailedException exception) => exception switch
    {
        { ErrorCode: "ContainerNotFound" } =>
            $"There is no container {container.Name} in {container.AccountName}. Make it, or choose another with --artifacts.",
        { ErrorCode: "AuthenticationFailed" or "AuthorizationFailure" } =>
            $"{container.AccountName} refuses the key for {Place} ({exception.ErrorCode}). Check the connection string in VIDEOGEN_AZURE_BLOBS, "
                + "or in the file that VIDEOGEN_AZURE_BLOBS_FILE names.",
        { Status: 403 } =>
            $"The credential may not do this in {Place} ({exception.ErrorCode}). It needs to read, write, list and delete blobs there.",
        { Status: 0 } => $"{Place} does not answer: {exception.Message.Split('\n')[0]}",
        _ => $"{Place} answered {exception.Status} {exception.ErrorCode}: {exception.Message.Split('\n')[0]}",
    };
}
