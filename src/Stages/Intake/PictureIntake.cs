using System.Collections.Immutable;
using System.Security.Cryptography;
using VideoGen.Files;
using VideoGen.Stages.Documents;
using VideoGen.Stages.Slides;
using VideoGen.Tasks.State;

namespace VideoGen.Stages.Intake;

/// <summary>Takes the pictures that stand below a document's folder. What cannot be taken is left out; content_parsing says so in its warnings.</summary>
internal sealed class PictureIntake(string folder, IArtifactStore store)
{
    /// <summary>The most pictures of one document.</summary>
    public const int MaxPictures = 60;

    /// <summary>The most bytes of one picture.</summary>
    public const int MaxBytes = 20 * 1024 * 1024;

    /// <summary>The most bytes of all pictures of a document.</summary>
    public const long MaxTotalBytes = 200L * 1024 * 1024;

    /// <summary>The folder of the store for content with this SHA-256.</summary>
    public static string FolderOf(ReadOnlySpan<byte> sha256) => $"inputs/{Convert.ToHexStringLower(sha256)[..16]}";

    public async Task<ImmutableSortedDictionary<string, Artifact>> TakeAsync(IEnumerable<PicturePiece> pictures, CancellationToken cancellationToken)
    {
        var taken = ImmutableSortedDictionary.CreateBuilder<string, Artifact>(StringComparer.Ordinal);
        var total = 0L;
        foreach (var address in pictures.Select(picture => picture.Address).Distinct(StringComparer.Ordinal))
        {
            if (taken.Count == MaxPictures)
            {
                break;
            }

            if (PictureAddress.WhyNot(address) is null && Find(folder, address) is { } file && total + file.Length <= MaxTotalBytes
                && await StoreAsync(file, address, cancellationToken).ConfigureAwait(false) is { } artifact)
            {
                taken.Add(address, artifact);
                total += artifact.Length;
            }
        }

        return taken.ToImmutable();
    }

    /// <summary>The files of those addresses that can be taken, by their relative paths.</summary>
    public static IReadOnlyDictionary<string, string> Find(string folder, IEnumerable<string> addresses)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var address in addresses.Distinct(StringComparer.Ordinal))
        {
            if (found.Count < MaxPictures && PictureAddress.WhyNot(address) is null && Find(folder, address) is { } file)
            {
                found[string.Join('/', PictureAddress.PathOf(address).Split('/').Where(part => part is not ("" or ".")))] = file.FullName;
            }
        }

        return found;
    }

    /// <summary>The file of an address, where it is below the folder.</summary>
    private static FileInfo? Find(string folder, string address) =>
        FileBelow.Find(folder, PictureAddress.PathOf(address)) is { Length: > 0 and <= MaxBytes } file ? file : null;

    private async Task<Artifact?> StoreAsync(FileInfo file, string address, CancellationToken cancellationToken)
    {
        var temporary = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            var bytes = await File.ReadAllBytesAsync(file.FullName, cancellationToken).ConfigureAwait(false);
            if (!IsPicture(bytes))
            {
                return null;
            }

            await File.WriteAllBytesAsync(temporary, bytes, cancellationToken).ConfigureAwait(false);
            var name = $"picture{Path.GetExtension(PictureAddress.PathOf(address)).ToLowerInvariant()}";
            return await store.PutAsync(
                FolderOf(SHA256.HashData(bytes)), name, temporary, PictureAddress.MediaTypeOf(address)!, cancellationToken).ConfigureAwait(false);
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static bool IsPicture(ReadOnlySpan<byte> bytes) =>
        bytes is [0x89, (byte)'P', (byte)'N', (byte)'G', ..] or [0xFF, 0xD8, 0xFF, ..] or [(byte)'B', (byte)'M', ..]
        || bytes.StartsWith("GIF8"u8) || SvgPicture.Is(bytes) || (bytes.StartsWith("RIFF"u8) && bytes.Length > 12 && bytes[8..].StartsWith("WEBP"u8));
}
