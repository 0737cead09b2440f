using System.Security.Cryptography;
using VideoGen.Files;
using VideoGen.Tasks.State;

namespace VideoGen.Storage.Objects;

/// <summary>
/// The bytes of an artifact in an object store. A part costs what the part costs; where the connection breaks off, reading goes on from there; and who reads
/// all of it from the beginning to the end has read what was stored, or is told.
/// </summary>
internal sealed class ObjectStream(IObjectBucket bucket, string key, Artifact artifact) : Stream
{
    /// <summary>Connections in a row that brought nothing.</summary>
    private const int MaxFruitless = 5;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _hashed;
    private long _position;
    private Stream? _body;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => artifact.Length;

    public override long Position
    {
        get => _position;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        var target = origin switch { SeekOrigin.Begin => offset, SeekOrigin.Current => _position + offset, _ => Length + offset };
        ArgumentOutOfRangeException.ThrowIfNegative(target, nameof(offset));
        if (target != _position)
        {
            Close(ref _body);
            _position = target;
        }

        return target;
    }

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty || _position >= Length)
        {
            return 0;
        }

        buffer = buffer[..(int)Math.Min(buffer.Length, Length - _position)];
        for (var fruitless = 0; ; fruitless++)
        {
            IOException? cause = null;
            try
            {
                _body ??= await bucket.ReadAsync(key, _position, cancellationToken).ConfigureAwait(false);
                if (await _body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
                {
                    Take(buffer.Span[..read]);
                    return read;
                }
            }
            catch (Exception exception) when (exception is IOException or HttpRequestException)
            {
                cause = exception as IOException ?? new IOException(exception.Message, exception);
            }

            Close(ref _body);
            if (fruitless + 1 == MaxFruitless)
            {
                throw new IOException($"The artifact {artifact.Uri} breaks off again and again when it is read from {bucket.Place}. {cause?.Message}", cause);
            }

            await Task.Delay(FirstPause * (1 << fruitless), cancellationToken).ConfigureAwait(false);
        }
    }

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Close(ref _body);
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        if (_position == _hashed)
        {
            _hash.AppendData(bytes);
            _hashed += bytes.Length;
            if (_hashed == Length && Convert.ToHexStringLower(_hash.GetCurrentHash()) != artifact.Sha256)
            {
                throw ObjectArtifactStore.Corrupt(artifact, bucket.Place);
            }
        }

        _position += bytes.Length;
    }

    private static void Close(ref Stream? body)
    {
        body?.Dispose();
        body = null;
    }
}
