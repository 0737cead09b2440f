using VideoGen.Storage.Objects;

namespace VideoGen.Storage.Tests.Objects;

/// <summary>Passes everything on; tests change what they mean to change.</summary>
internal abstract class PassingBucket(IObjectBucket bucket) : IObjectBucket
{
    public string Place => bucket.Place;

    public virtual Task<StoredObject?> FindAsync(string key, CancellationToken cancellationToken) => bucket.FindAsync(key, cancellationToken);

    public virtual Task<bool> TryUploadAsync(string key, string path, FileContent content, CancellationToken cancellationToken) =>
        bucket.TryUploadAsync(key, path, content, cancellationToken);

    public virtual Task<Stream> ReadAsync(string key, long offset, CancellationToken cancellationToken) => bucket.ReadAsync(key, offset, cancellationToken);

    public virtual Task CopyAsync(string source, string target, CancellationToken cancellationToken) => bucket.CopyAsync(source, target, cancellationToken);

    public virtual IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellationToken) => bucket.ListAsync(prefix, cancellationToken);

    public virtual Task DeleteAsync(string key, CancellationToken cancellationToken) => bucket.DeleteAsync(key, cancellationToken);

    public virtual Task WriteAsync(string key, ReadOnlyMemory<byte> content, bool isNew, CancellationToken cancellationToken) =>
        bucket.WriteAsync(key, content, isNew, cancellationToken);
}
