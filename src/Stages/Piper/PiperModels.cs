using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using VideoGen.Client.Stages;

namespace VideoGen.Stages.Piper;

/// <summary>
/// The neural voices of this process: the files that its command line or its configuration names, and no others. A task names a voice, and never a file.
/// Each file is read and hashed once, and again when its length or its time has changed.
/// </summary>
internal sealed class PiperModels(IEnumerable<string> files)
{
    private readonly ImmutableArray<string> _files = [.. files.Select(Path.GetFullPath)];
    private readonly ConcurrentDictionary<string, PiperModel> _read = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Path, ModelStamp Stamp), Lazy<Task<string>>> _hashes = [];

    /// <summary>
    /// Their names, in the order in which they are named; of two with one name the first counts. The model is null where its files are not here or no good: a
    /// silo that takes documents in has the names, and its workers may have the files. Whoever speaks with it is told what is wrong.
    /// </summary>
    public async Task<ImmutableArray<(string Name, PiperModel? Model)>> ListAsync(CancellationToken cancellationToken)
    {
        var models = ImmutableArray.CreateBuilder<(string Name, PiperModel? Model)>();
        foreach (var file in _files.DistinctBy(PiperModel.NameOf, StringComparer.OrdinalIgnoreCase))
        {
            PiperModel? model = null;
            try
            {
                model = await ReadAsync(file, cancellationToken).ConfigureAwait(false);
            }
            catch (StageFailedException)
            {
            }

            models.Add((PiperModel.NameOf(file), model));
        }

        return models.ToImmutable();
    }

    /// <summary>The model of a name, and the SHA-256 of its files; null where none of the files has that name.</summary>
    /// <exception cref="StageFailedException">Its files are not there, no good, or others than the id asks for.</exception>
    public async Task<(PiperModel Model, string Hash)?> FindAsync(PiperId id, CancellationToken cancellationToken)
    {
        StageFailedException? other = null;
        foreach (var file in _files.Where(file => IsSame(PiperModel.NameOf(file), id.Name)))
        {
            var model = await ReadAsync(file, cancellationToken).ConfigureAwait(false);
            var hash = await HashAsync(model, cancellationToken).ConfigureAwait(false);
            if (id.Hash is null || hash.StartsWith(id.Hash, StringComparison.OrdinalIgnoreCase))
            {
                return (model, hash);
            }

            other ??= Missing($"{file} is another model than the one that the task was made with. Have the same file on every worker, or make the task anew.");
        }

        return other is null ? null : throw other;
    }

    /// <summary>The bytes of a model, which are those of its hash.</summary>
    /// <exception cref="StageFailedException">The file cannot be read, or was changed meanwhile.</exception>
    public static async Task<byte[]> LoadAsync(PiperModel model, string hash, CancellationToken cancellationToken)
    {
        var bytes = await ReadBytesAsync(model.Path, PiperModel.MaxBytes, cancellationToken).ConfigureAwait(false);
        var config = await ReadBytesAsync(model.ConfigPath, PiperConfig.MaxBytes, cancellationToken).ConfigureAwait(false);
        return Combine(SHA256.HashData(bytes), SHA256.HashData(config)) == hash ? bytes : throw new StageFailedException(
            "voice.changed", $"{model.Path} was changed while it was about to speak. The stage is done again with what is there now.", retryable: true);
    }

    private async Task<PiperModel> ReadAsync(string file, CancellationToken cancellationToken)
    {
        var stamp = StampOf(file);
        if (_read.TryGetValue(file, out var known) && known.Stamp == stamp)
        {
            return known;
        }

        var config = await ReadBytesAsync(file + ".json", PiperConfig.MaxBytes, cancellationToken).ConfigureAwait(false);
        try
        {
            return _read[file] = new PiperModel(file, PiperConfig.Parse(config), stamp);
        }
        catch (FormatException exception)
        {
            throw new StageFailedException(
                "voice.model",
                $"{file}.json does not describe a voice of Piper: {exception.Message}. Fetch the file that belongs to {Path.GetFileName(file)} anew.",
                innerException: exception);
        }
    }

    private static ModelStamp StampOf(string file)
    {
        var (model, config) = (new FileInfo(file), new FileInfo(file + ".json"));
        if (!model.Exists)
        {
            throw Missing($"there is no file {file}. Put the model there, or name the one that is meant.");
        }

        if (!config.Exists)
        {
            throw Missing(
                $"there is no file {config.FullName}. A voice of Piper has two files; put the one that ends with {PiperModel.Ending}.json beside the model.");
        }

        // A pipe has no length either, and would never end.
        if (model.Length == 0 || config.Length == 0)
        {
            throw Empty(model.Length == 0 ? file : config.FullName);
        }

        return new ModelStamp(model.Length, model.LastWriteTimeUtc, config.Length, config.LastWriteTimeUtc);
    }

    private async Task<string> HashAsync(PiperModel model, CancellationToken cancellationToken)
    {
        var key = (model.Path, model.Stamp);
        var hashing = _hashes.GetOrAdd(key, _ => new Lazy<Task<string>>(() => HashFilesAsync(model)));
        try
        {
            return await hashing.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (StageFailedException)
        {
            _hashes.TryRemove(new(key, hashing));
            throw;
        }
    }

    private static async Task<string> HashFilesAsync(PiperModel model) => Combine(
        await HashFileAsync(model.Path, PiperModel.MaxBytes).ConfigureAwait(false),
        await HashFileAsync(model.ConfigPath, PiperConfig.MaxBytes).ConfigureAwait(false));

    private static string Combine(byte[] model, byte[] config) => Convert.ToHexStringLower(SHA256.HashData([.. model, .. config]));

    private static async Task<byte[]> HashFileAsync(string path, long most)
    {
        await using var file = Open(path, most);
        try
        {
            return await SHA256.HashDataAsync(file).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            throw Unreadable(path, exception);
        }
    }

    private static async Task<byte[]> ReadBytesAsync(string path, long most, CancellationToken cancellationToken)
    {
        await using var file = Open(path, most);
        var bytes = new byte[file.Length];
        try
        {
            await file.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
            return bytes;
        }
        catch (IOException exception)
        {
            throw Unreadable(path, exception);
        }
    }

    private static FileStream Open(string path, long most)
    {
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);
            var length = file.Length;
            if (length <= most)
            {
                return file;
            }

            file.Dispose();
            throw new StageFailedException("voice.model", $"{path} has {length:N0} bytes, and a voice of Piper has {most:N0} there at most. Name another one.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, exception);
        }
    }

    private static bool IsSame(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static StageFailedException Empty(string path) => new("voice.model", $"{path} is empty. Fetch it anew.");

    private static StageFailedException Missing(string what) =>
        new("voice.missing", $"The voice cannot speak on this machine: {what}") { IsLackOfWorker = true };

    private static StageFailedException Unreadable(string path, Exception exception) =>
        new("voice.missing", $"The voice cannot speak on this machine: {path} cannot be read: {exception.Message}", innerException: exception)
        {
            IsLackOfWorker = true,
        };
}
