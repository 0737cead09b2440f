using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace VideoGen.Storage.Objects;

/// <summary>A file, piece by piece, for a store that takes pieces; in the end the whole is known to be what was announced.</summary>
internal static class FilePieces
{
    /// <summary>Each piece is valid until the next one is asked for.</summary>
    /// <exception cref="IOException">The bytes are not those of the hash: somebody wrote into the file meanwhile.</exception>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        string path, FileContent content, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[(int)Math.Min(FileContent.PieceLength, Math.Max(content.Length, 1))];
        var sent = 0L;
        int read;
        while ((read = await file.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            sent += read;
            yield return buffer.AsMemory(0, read);
        }

        if (sent != content.Length || Convert.ToHexStringLower(hash.GetHashAndReset()) != content.Sha256)
        {
            throw new IOException($"The file {path} was changed while it was stored.");
        }
    }
}
