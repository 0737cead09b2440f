using System.Collections.Immutable;
using VideoGen.Storage.Batching;
using VideoGen.Storage.Records;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.Tests.Batching;

public sealed class WriteBatcherTests
{
    private readonly GatedBackend _backend = new();
    private readonly WriteBatcher _batcher;

    public WriteBatcherTests() => _batcher = new WriteBatcher(_backend);

    [Fact]
    public async Task WhatArrivesWhileABatchIsUnderWayIsTheNextOne()
    {
        var first = Submit("a");
        await _backend.StartedAsync();
        var others = Enumerable.Range(0, 63).Select(i => Submit($"t{i}")).ToArray();
        _backend.Release();
        await Task.WhenAll([first, .. others]);
        Assert.Equal([1, 63], _backend.Batches.Select(batch => batch.Count));
    }

    [Fact]
    public async Task TwoWritesOfOneRecordAreNeverInOneBatchAndStayInOrder()
    {
        var first = Submit("x", 0);
        await _backend.StartedAsync();
        var rest = new List<Task> { Submit("a", 1), Submit("b", 1), Submit("a", 2), Submit("c", 1), Submit("a", 3), Submit("b", 2) };
        _backend.Release();
        await Task.WhenAll([first, .. rest]);

        Assert.All(_backend.Batches, batch => Assert.Equal(batch.Count, batch.DistinctBy(write => write.Key).Count()));
        Assert.Equal(["x", "a b c", "a b", "a"], _backend.Batches.Select(batch => string.Join(' ', batch.Select(write => write.Key.Id))));
        Assert.Equal([1, 2, 3], _backend.Batches.SelectMany(batch => batch).Where(write => write.Key.Id == "a").Select(write => write.Length));
    }

    [Fact]
    public async Task BatchesAreBoundedByCountAndByBytes()
    {
        var first = Submit("first");
        await _backend.StartedAsync();
        var small = Enumerable.Range(0, WriteLane.MaxBatch + 10).Select(i => Submit($"s{i}")).ToArray();
        var large = Enumerable.Range(0, 5).Select(i => Submit($"l{i}", WriteLane.MaxBatchBytes / 2)).ToArray();
        _backend.Release();
        await Task.WhenAll([first, .. small, .. large]);
        Assert.Equal([1, WriteLane.MaxBatch, 12, 2, 1], _backend.Batches.Select(batch => batch.Count));
    }

    [Fact]
    public async Task APoisonWriteIsRefusedBeforeItJoins()
    {
        var first = Submit("a");
        await _backend.StartedAsync();
        var error = Assert.Throws<StoreException>(() => { _ = Submit("poison", _backend.MaxBodyBytes + 1); });
        Assert.Contains("record poison of kind would take", error.Message, StringComparison.Ordinal);
        _backend.Release();
        await first;
        Assert.Single(_backend.Batches);
    }

    [Fact]
    public async Task AFailedBatchFailsItsOwnWritesOnly()
    {
        _backend.Failure = new IOException("cut");
        var first = Submit("a");
        await _backend.StartedAsync();
        var second = Submit("b");
        _backend.Release();
        await Assert.ThrowsAsync<IOException>(() => first);
        Assert.Equal(new WriteVerdict.Stored("etag"), await second);
    }

    /// <summary>Whatever a backend or the program makes of one write, the others that happened to share its batch are stored, in few more commits.</summary>
    [Fact]
    public async Task APoisonWriteFailsAloneAndTheOthersOfItsBatchAreStored()
    {
        foreach (var failure in (Exception[])[new StoreException(StoreFault.Refused, "not of that form"), new InvalidOperationException("a bug")])
        {
            var backend = new GatedBackend { Poison = failure };
            var batcher = new WriteBatcher(backend);
            var first = batcher.SubmitAsync(Write("first"));
            await backend.StartedAsync();
            var innocents = Enumerable.Range(0, 40).Select(i => batcher.SubmitAsync(Write($"a{i}"))).ToList();
            var poison = batcher.SubmitAsync(Write("poison"));
            innocents.AddRange(Enumerable.Range(0, 23).Select(i => batcher.SubmitAsync(Write($"b{i}"))));
            backend.Release();

            await first;
            Assert.All(await Task.WhenAll(innocents), verdict => Assert.Equal(new WriteVerdict.Stored("etag"), verdict));
            Assert.Same(failure, await Record.ExceptionAsync(() => poison));
            Assert.InRange(backend.Batches.Count, 3, 14);
        }
    }

    /// <summary>A disk that failed is not asked again for each of the writes.</summary>
    [Fact]
    public async Task AFailureOfThePlaceIsThatOfAllWithoutAnotherAttempt()
    {
        _backend.Failure = new StoreException(StoreFault.Full, "full");
        _backend.FailureAt = 2;
        var first = Submit("a");
        await _backend.StartedAsync();
        var others = Enumerable.Range(0, 12).Select(i => Submit($"t{i}")).ToArray();
        _backend.Release();
        await first;
        foreach (var write in others)
        {
            Assert.Same(_backend.Failure, await Assert.ThrowsAsync<StoreException>(() => write));
        }

        Assert.Equal(2, _backend.Batches.Count);
    }

    [Fact]
    public async Task PastTheBoundOfTheQueueAWriteIsRefusedAsBusy()
    {
        var first = Submit("first");
        await _backend.StartedAsync();
        var waiting = Enumerable.Range(0, WriteLane.MaxWaiting).Select(i => Submit($"t{i}")).ToArray();
        var error = Assert.Throws<StoreException>(() => { _ = Submit("one more"); });
        Assert.Equal(StoreFault.Busy, error.Fault);
        _backend.Release();
        await Task.WhenAll([first, .. waiting]);
    }

    private static RecordWrite Write(string id, int length = 1) => new(new RecordKey("kind", id), null, new byte[length], null);

    private Task<WriteVerdict> Submit(string id, int length = 1) => _batcher.SubmitAsync(Write(id, length));

    /// <summary>Holds its first batch until it is released.</summary>
    private sealed class GatedBackend : IRecordBackend
    {
        private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<IReadOnlyList<RecordWrite>> Batches { get; } = [];

        /// <summary>Of one batch, the first unless said otherwise.</summary>
        public Exception? Failure { get; set; }

        public int FailureAt { get; set; } = 1;

        /// <summary>Of each batch that holds the record "poison".</summary>
        public Exception? Poison { get; init; }

        public int Partitions => 1;

        public int MaxBodyBytes => WriteLane.MaxBatchBytes;

        public Task StartedAsync() => _started.Task.WaitAsync(TimeSpan.FromSeconds(30));

        public void Release() => _released.SetResult();

        public int PartitionOf(RecordKey key) => 0;

        public async ValueTask<WriteVerdict[]> CommitAsync(IReadOnlyList<RecordWrite> batch)
        {
            Batches.Add(batch);
            _started.TrySetResult();
            await _released.Task;
            return Failure is { } failure && Batches.Count == FailureAt ? throw failure
                : Poison is { } poison && batch.Any(write => write.Key.Id == "poison") ? throw poison
                : [.. batch.Select(_ => new WriteVerdict.Stored("etag"))];
        }

        public Task OpenAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        public ValueTask<StoredRecord?> ReadAsync(RecordKey key, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task<TaskPage> QueryAsync(TaskQuery query, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task<TaskCounts> CountAsync(TaskQuery query, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task<ImmutableArray<TaskId>> FindOwedAsync(DateTimeOffset untouchedSince, int limit, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public Task<int> PurgeDeletedAsync(DateTimeOffset before, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
