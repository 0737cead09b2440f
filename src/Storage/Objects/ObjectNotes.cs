using System.Runtime.CompilerServices;
using VideoGen.Files;

namespace VideoGen.Storage.Objects;

/// <summary>Notes of an object store: objects whose keys have a part that starts with a dot.</summary>
internal sealed class ObjectNotes(IObjectBucket bucket, string prefix) : IArtifactNotes
{
    public Task WriteAsync(string area, string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        bucket.WriteAsync(KeyOf(area, name), content, isNew: false, cancellationToken);

    public async Task<byte[]?> ReadAsync(string area, string name, CancellationToken cancellationToken = default) =>
        await ReadAsync(bucket, KeyOf(area, name), cancellationToken).ConfigureAwait(false);

    public async IAsyncEnumerable<ArtifactNote> ListAsync(string area, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var folder = KeyOf(area, "");
        await foreach (var found in bucket.ListAsync(folder, cancellationToken).ConfigureAwait(false))
        {
            yield return new ArtifactNote(found.Key[folder.Length..], found.Changed);
        }
    }

    public Task DeleteAsync(string area, string name, CancellationToken cancellationToken = default) =>
        bucket.DeleteAsync(KeyOf(area, name), cancellationToken);

    /// <summary>A small object as a whole; null where there is none.</summary>
    public static async Task<byte[]?> ReadAsync(IObjectBucket bucket, string key, CancellationToken cancellationToken)
    {
        if (await bucket.FindAsync(key, cancellationToken).ConfigureAwait(false) is not { } found)
        {
            return null;
        }

        var content = new byte[(int)Math.Min(found.Length, IArtifactNotes.MaxLength)];
        if (content.Length > 0)
        {
            await using var body = await bucket.ReadAsync(key, 0, cancellationToken).ConfigureAwait(false);
            var length = await body.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return content[..length];
        }

        return content;
    }

    private string KeyOf(string area, string name) =>
        ArtifactAddress.IsPlainName(area) && (name.Length == 0 || ArtifactAddress.IsPlainName(name))
            ? $"{prefix}.{area}/{name}"
            : throw new ArgumentException("The area and the name of a note are plain names.");
}
