using Azure.Core;
using Azure.Storage.Blobs;
using VideoGen.Files;

namespace VideoGen.Storage.Objects;

/// <summary>Artifacts in an object store that all processes of a cluster reach, with a folder of this machine's own for what programs read as files.</summary>
public static class ObjectStores
{
    /// <param name="bucket">The name of a bucket that is there.</param>
    /// <param name="prefix">What all keys begin with, without the last <c>/</c>; empty for none.</param>
    /// <param name="settings">How it is reached.</param>
    /// <param name="localFolder">Of this machine alone.</param>
    public static IArtifactStore OpenS3(string bucket, string prefix, S3Settings settings, string localFolder) =>
        Open(new S3Bucket(bucket, settings), prefix, localFolder);

    /// <param name="connectionString">Of the storage account.</param>
    /// <param name="container">The name of a container that is there.</param>
    /// <param name="prefix">What all names begin with, without the last <c>/</c>; empty for none.</param>
    /// <param name="localFolder">Of this machine alone.</param>
    /// <exception cref="FormatException">It is no connection string.</exception>
    public static IArtifactStore OpenBlobs(string connectionString, string container, string prefix, string localFolder) =>
        Open(new BlobBucket(new BlobContainerClient(connectionString, container, BlobOptions)), prefix, localFolder);

    internal static BlobClientOptions BlobOptions => new()
    {
        Retry = { Mode = RetryMode.Exponential, MaxRetries = 5, Delay = TimeSpan.FromMilliseconds(200), NetworkTimeout = TimeSpan.FromSeconds(60) },
    };

    internal static IArtifactStore Open(IObjectBucket bucket, string prefix, string localFolder) =>
        new ObjectArtifactStore(bucket, prefix.Length == 0 ? "" : $"{prefix}/", new LocalCopies(localFolder, TimeProvider.System));
}
