using System.Security.Cryptography;
using System.Text;
using VideoGen.Files;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Api.Work;

/// <summary>
/// Files on their way from workers into the artifact store. What came of a file is kept beside until all of it is here, so that an upload that broke off goes
/// on where it was; then the store takes it as a whole.
/// </summary>
internal sealed class ArtifactUploads
{
    /// <summary>Bytes of one artifact.</summary>
    public const long MaxBytes = 64L << 30;

    private const int BufferLength = 1 << 17;

    private const int MaxRemembered = 10_000;

    /// <summary>A part that is older belongs to nobody any more.</summary>
    private static readonly TimeSpan PartAge = TimeSpan.FromDays(1);

    private readonly IArtifactStore? _store;
    private readonly string _folder;
    private readonly Lock _gate = new();
    private readonly HashSet<string> _busy = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Artifact> _stored = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = [];
    private bool _isSwept;

    public ArtifactUploads(ServedArtifacts served)
    {
        _store = served.Store;

        // Beside the store where it is a folder, so that a file moves there and need not be copied; no address of the store begins with a dot.
        _folder = Path.Combine(_store is FolderArtifactStore folder ? folder.Root : Path.GetTempPath(), ".uploads");
    }

    public bool HasStore => _store is not null;

    /// <summary>Bytes that are here of a file that is not whole yet.</summary>
    public long LengthOf(LeaseKey key, string name) => new FileInfo(PartOf(key, name)) is { Exists: true } part ? part.Length : 0;

    /// <summary>Only one caller at a time adds to a file. False while another does.</summary>
    public bool TryBegin(LeaseKey key, string name)
    {
        Sweep();
        lock (_gate)
        {
            return _busy.Add(PartOf(key, name));
        }
    }

    public void End(LeaseKey key, string name)
    {
        lock (_gate)
        {
            _busy.Remove(PartOf(key, name));
        }
    }

    /// <summary>Adds what comes to what is here from that place on. The length that is here then; more than the most when there is too much.</summary>
    public async Task<long> AppendAsync(LeaseKey key, string name, long from, Stream content, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferLength];
        await using var part = new FileStream(
            PartOf(key, name), FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);
        part.SetLength(from);
        part.Position = from;
        int read;
        while ((read = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken)) > 0)
        {
            if (part.Position + read > MaxBytes)
            {
                return MaxBytes + 1;
            }

            await part.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        return part.Position;
    }

    /// <summary>Forgets what is here of a file.</summary>
    public void Drop(LeaseKey key, string name) => File.Delete(PartOf(key, name));

    /// <summary>The store takes the file. Null, and nothing is stored, when it is another than the one that was meant.</summary>
    /// <param name="key">Of the attempt.</param>
    /// <param name="name">Of the artifact.</param>
    /// <param name="mediaType">Of the artifact.</param>
    /// <param name="expected">Its SHA-256; null when nobody said.</param>
    /// <param name="cancellationToken">Ends it in between.</param>
    public async Task<Artifact?> StoreAsync(LeaseKey key, string name, string mediaType, string? expected, CancellationToken cancellationToken)
    {
        // What comes takes the place of what was stored by that name before, also where it is another than was meant.
        lock (_gate)
        {
            _stored.Remove($"{key.Folder}/{name}");
        }

        var artifact = await _store!.PutAsync(key.Folder, name, PartOf(key, name), mediaType, cancellationToken);
        if (expected is not null && artifact.Sha256 != expected)
        {
            await _store.DeleteAsync(artifact.Uri, cancellationToken: cancellationToken);
            return null;
        }

        lock (_gate)
        {
            if (_stored.TryAdd(artifact.Uri, artifact))
            {
                _order.Enqueue(artifact.Uri);
            }

            _stored[artifact.Uri] = artifact;
            if (_order.Count > MaxRemembered)
            {
                _stored.Remove(_order.Dequeue());
            }
        }

        return artifact;
    }

    /// <summary>What the store has of an attempt under that name, if it is what the worker says that it is; null where it is not.</summary>
    public async Task<Artifact?> FindAsync(LeaseKey key, UploadedArtifact named, CancellationToken cancellationToken)
    {
        if (_store is null || !ArtifactAddress.IsPlainName(named.Name))
        {
            return null;
        }

        var artifact = new Artifact(named.Name, $"{key.Folder}/{named.Name}", named.Length, named.Sha256, named.MediaType);
        lock (_gate)
        {
            if (_stored.TryGetValue(artifact.Uri, out var stored) && stored.Length == artifact.Length && stored.Sha256 == artifact.Sha256)
            {
                return artifact;
            }
        }

        // It came through another silo.
        try
        {
            await using (await _store.OpenAsync(artifact, cancellationToken))
            {
                return artifact;
            }
        }
        catch (Exception exception) when (exception is ArtifactException or ArgumentException)
        {
            return null;
        }
    }

    private string PartOf(LeaseKey key, string name) => Path.Combine(
        _folder, $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{key.Folder}/{name}\n{key.Incarnation:N}")))}.part");

    /// <summary>Once for each process: what nobody goes on with.</summary>
    private void Sweep()
    {
        lock (_gate)
        {
            if (_isSwept)
            {
                return;
            }

            _isSwept = true;
        }

        foreach (var part in Directory.CreateDirectory(_folder).EnumerateFiles("*.part"))
        {
            if (DateTime.UtcNow - part.LastWriteTimeUtc > PartAge)
            {
                part.Delete();
            }
        }
    }
}
