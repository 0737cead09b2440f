using VideoGen.Files;
using VideoGen.Tasks.State;

namespace VideoGen.Storage.Objects;

/// <summary>
/// Artifacts of an object store that this machine had in its hands, for programs that read files: under their hash, and hashed again when they are asked for.
/// The oldest go when they are too many; what is younger than an hour stays.
/// </summary>
/// <param name="folder">Of this machine alone; several processes may share it.</param>
/// <param name="time">Tells what is old.</param>
internal sealed class LocalCopies(string folder, TimeProvider time)
{
    /// <summary>Bytes of all copies together.</summary>
    public const long MaxLength = 4L * 1024 * 1024 * 1024;

    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);

    private static readonly TimeSpan TrimInterval = TimeSpan.FromMinutes(5);

    private readonly FolderArtifactStore _store = new(folder, time);
    private long _lastTrim = time.GetTimestamp();

    /// <summary>A place for a download that is not whole yet; the caller deletes what is left there.</summary>
    public string NewPath()
    {
        var incoming = Path.Combine(_store.Root, ".incoming");
        Directory.CreateDirectory(incoming);
        return Path.Combine(incoming, $"{Guid.NewGuid():N}.tmp");
    }

    /// <summary>The path of the copy, whose bytes are those of the artifact; null where there is none.</summary>
    public async Task<string?> FindAsync(Artifact artifact, CancellationToken cancellationToken)
    {
        try
        {
            return await _store.GetLocalPathAsync(artifact with { Uri = AddressOf(artifact) }, cancellationToken).ConfigureAwait(false);
        }
        catch (ArtifactException)
        {
            return null;
        }
    }

    /// <summary>Moves a file in, and answers with its path.</summary>
    public async Task<string> AddAsync(Artifact artifact, string path, CancellationToken cancellationToken)
    {
        var address = AddressOf(artifact);
        await _store.PutAsync(address[..address.LastIndexOf('/')], artifact.Name, path, artifact.MediaType, cancellationToken).ConfigureAwait(false);
        if (time.GetElapsedTime(Interlocked.Read(ref _lastTrim)) > TrimInterval)
        {
            Interlocked.Exchange(ref _lastTrim, time.GetTimestamp());
            await TrimAsync(MaxLength, cancellationToken).ConfigureAwait(false);
        }

        return _store.Resolve(address);
    }

    internal async Task TrimAsync(long most, CancellationToken cancellationToken)
    {
        var files = new List<StoredFile>();
        await foreach (var file in _store.ListAsync("", cancellationToken).ConfigureAwait(false))
        {
            files.Add(file);
        }

        var total = files.Sum(file => file.Length);
        foreach (var file in files.OrderBy(file => file.Changed).TakeWhile(file => time.GetUtcNow() - file.Changed > KeptFor))
        {
            if (total <= most)
            {
                return;
            }

            await _store.DeleteAsync(file.Address, cancellationToken: cancellationToken).ConfigureAwait(false);
            total -= file.Length;
        }
    }

    /// <summary>The hash comes from a task, and may be anything; the store refuses what is no plain name.</summary>
    private static string AddressOf(Artifact artifact) => $"{artifact.Sha256}/{artifact.Name}";
}
