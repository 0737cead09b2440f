using VideoGen.Grains.Commit;
using VideoGen.Tasks.Stored;

namespace VideoGen.Grains.Tests.Commit;

/// <summary>One record that clones what it is given and compares ETags. A test says what becomes of the next accesses.</summary>
internal sealed class MemoryRecord : ITaskRecord
{
    private byte[]? _json;
    private int _etag;

    public Queue<Func<Task>> BeforeWrites { get; } = [];

    public Queue<Func<Task>> AfterWrites { get; } = [];

    public Queue<Func<Task>> BeforeReads { get; } = [];

    public int Writes { get; private set; }

    public int Reads { get; private set; }

    public string? ETag => _etag == 0 ? null : $"e{_etag}";

    public byte[]? Json => _json;

    public async Task<(TaskDocument Document, string? ETag)> ReadAsync()
    {
        Reads++;
        if (BeforeReads.TryDequeue(out var before))
        {
            await before();
        }

        var document = new TaskDocument();
        if (_json is not null)
        {
            document.Load(_json.ToArray());
        }

        return (document, ETag);
    }

    public async Task<string?> WriteAsync(TaskDocument document, string? etag)
    {
        Writes++;
        var json = document.ToUtf8Json().ToArray();
        if (BeforeWrites.TryDequeue(out var before))
        {
            await before();
        }

        Put(json, etag);
        if (AfterWrites.TryDequeue(out var after))
        {
            await after();
        }

        return ETag;
    }

    /// <summary>A write of whoever, on whatever the record holds.</summary>
    public void Put(byte[] json, string? etag)
    {
        if (etag != ETag)
        {
            throw new InvalidOperationException($"412: the record is at {ETag ?? "nothing"}, not at {etag ?? "nothing"}.");
        }

        _json = json;
        _etag++;
    }

    /// <summary>The store is emptied or rolled back, as from an old backup.</summary>
    public void RollBack(byte[]? json)
    {
        _json = json;
        _etag = json is null ? 0 : _etag + 1;
    }

    public static Func<Task> Fails { get; } = () => throw new IOException("no answer");

    public static Func<Task> Passes { get; } = () => Task.CompletedTask;
}
