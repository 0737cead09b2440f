using System.Globalization;
using Orleans.Runtime;
using Orleans.Storage;

namespace VideoGen.Storage.Tests.Conformance;

/// <summary>
/// What every grain storage must do, whatever stands behind it: the cases that Orleans' own test kit names, and random walks against a model. Derive
/// from it for a new store.
/// </summary>
public abstract class GrainStorageConformance
{
    private const string StateName = "state";

    /// <summary>The storage under test; cases use keys of their own, so that one instance may serve all of them.</summary>
    protected abstract IGrainStorage Storage { get; }

    /// <summary>Random walks against the model, and the steps of each.</summary>
    protected virtual (int Walks, int Steps) ModelSize => (50, 20);

    [Fact]
    public async Task ReadingWhatIsNotThereGivesAFreshStateAndNoETag()
    {
        var state = new GrainState<CounterState>(new CounterState { Text = "stale" }, "an old one") { RecordExists = true };

        await Storage.ReadStateAsync(StateName, NewGrain(), state);

        Assert.Equal((false, null, new CounterState()), (state.RecordExists, state.ETag, state.State));
    }

    [Theory]
    [InlineData("Привет, мир 🎬 日本語")]
    [InlineData("quotes \" \\ and \u0000 and \u2028 and </script>")]
    [InlineData("")]
    public async Task WhatWasWrittenIsRead(string text)
    {
        var grain = NewGrain();
        var written = await WriteAsync(grain, null, text);

        var read = await ReadAsync(grain);

        Assert.Equal((true, written.ETag, text), (read.RecordExists, read.ETag, read.State!.Text));
        Assert.True(written.RecordExists);
    }

    [Fact]
    public async Task AFirstWriteOverAnExistingRecordIsInconsistent()
    {
        var grain = NewGrain();
        var first = await WriteAsync(grain, null, "first");

        await Assert.ThrowsAnyAsync<InconsistentStateException>(() => WriteAsync(grain, null, "second"));

        await AssertStoredAsync(grain, first.ETag, "first");
    }

    [Fact]
    public async Task AStaleWriteIsInconsistentAndChangesNothing()
    {
        var grain = NewGrain();
        var first = await WriteAsync(grain, null, "first");
        var second = await WriteAsync(grain, first.ETag, "second");

        await Assert.ThrowsAnyAsync<InconsistentStateException>(() => WriteAsync(grain, first.ETag, "third"));

        await AssertStoredAsync(grain, second.ETag, "second");
    }

    [Fact]
    public async Task TwoWritersWithOneETagHaveOneWinner()
    {
        var grain = NewGrain();
        var first = await WriteAsync(grain, null, "first");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => TryWriteAsync(grain, first.ETag, $"writer {i}")));

        var winner = Assert.Single(outcomes, outcome => outcome is not null)!;
        await AssertStoredAsync(grain, winner.ETag, winner.State!.Text!);
    }

    [Fact]
    public async Task EveryWriteChangesTheETagEvenOfTheSameValues()
    {
        var grain = NewGrain();
        var seen = new HashSet<string>();
        string? etag = null;
        for (var i = 0; i < 20; i++)
        {
            etag = (await WriteAsync(grain, etag, "same")).ETag;
            Assert.True(seen.Add(etag!), $"The ETag {etag} came twice.");
        }
    }

    [Fact]
    public async Task AnETagIsNotUsedAgainAfterTheRecordWasClearedAndMadeAnew()
    {
        var grain = NewGrain();
        var seen = new HashSet<string>();
        for (var i = 0; i < 10; i++)
        {
            var state = await WriteAsync(grain, null, "same");
            Assert.True(seen.Add(state.ETag!), $"The ETag {state.ETag} came twice.");
            await Storage.ClearStateAsync(StateName, grain, state);
        }
    }

    [Fact]
    public async Task ClearingRemovesTheRecordAndResetsTheState()
    {
        var grain = NewGrain();
        var state = await WriteAsync(grain, null, "text");

        await Storage.ClearStateAsync(StateName, grain, state);

        Assert.Equal((false, null, new CounterState()), (state.RecordExists, state.ETag, state.State));
        var read = await ReadAsync(grain);
        Assert.Equal((false, null, new CounterState()), (read.RecordExists, read.ETag, read.State));
    }

    [Fact]
    public async Task ClearingWhatIsNotThereIsNoError()
    {
        var state = new GrainState<CounterState>(new CounterState { Text = "stale" }) { RecordExists = true };

        await Storage.ClearStateAsync(StateName, NewGrain(), state);

        Assert.Equal((false, new CounterState()), (state.RecordExists, state.State));
    }

    [Fact]
    public async Task ClearingTwiceIsNoError()
    {
        var grain = NewGrain();
        var state = await WriteAsync(grain, null, "text");
        await Storage.ClearStateAsync(StateName, grain, state);

        await Storage.ClearStateAsync(StateName, grain, state);

        Assert.False(state.RecordExists);
    }

    [Fact]
    public async Task AStaleClearIsInconsistentAndChangesNothing()
    {
        var grain = NewGrain();
        var first = await WriteAsync(grain, null, "first");
        var firstETag = first.ETag;
        var second = await WriteAsync(grain, firstETag, "second");

        var stale = new GrainState<CounterState>(new CounterState(), firstETag);
        await Assert.ThrowsAnyAsync<InconsistentStateException>(() => Storage.ClearStateAsync(StateName, grain, stale));

        await AssertStoredAsync(grain, second.ETag, "second");
    }

    [Fact]
    public async Task AfterAClearTheRecordCanBeWrittenAgain()
    {
        var grain = NewGrain();
        var state = await WriteAsync(grain, null, "first");
        var firstETag = state.ETag;
        await Storage.ClearStateAsync(StateName, grain, state);

        await Assert.ThrowsAnyAsync<InconsistentStateException>(() => WriteAsync(grain, firstETag, "by a holder of the old one"));
        var again = await WriteAsync(grain, state.ETag, "second");

        await AssertStoredAsync(grain, again.ETag, "second");
    }

    [Fact]
    public async Task StateNamesAndGrainTypesAndKeysTellRecordsApart()
    {
        var key = NewKey();
        var places = new (string State, GrainId Grain)[]
        {
            ("task", GrainId.Create("taskstate2", key)),
            ("task", GrainId.Create("other", key)),
            ("second", GrainId.Create("other", key)),
            ("task", GrainId.Create("other", key.ToUpperInvariant() + "X")),
            ("task", GrainId.Create("other", key.ToUpperInvariant() + "x")),
            ("a/b", GrainId.Create("other", key)),
            ("b", GrainId.Create("other", "a/" + key)),
        };
        for (var i = 0; i < places.Length; i++)
        {
            await Storage.WriteStateAsync(places[i].State, places[i].Grain, new GrainState<CounterState>(new CounterState { Number = i }));
        }

        for (var i = 0; i < places.Length; i++)
        {
            var read = new GrainState<CounterState>(new CounterState());
            await Storage.ReadStateAsync(places[i].State, places[i].Grain, read);
            Assert.Equal(i, read.State!.Number);
        }
    }

    [Theory]
    [InlineData("with space")]
    [InlineData("slash/back\\slash")]
    [InlineData("hash#question?percent%25")]
    [InlineData("../../up")]
    [InlineData("ünïcödé-日本語-🎬")]
    [InlineData("tab\tline\nquote'\"")]
    [InlineData("CON")]
    public async Task KeysOfEveryKindAreKeys(string tail)
    {
        var grain = GrainId.Create("keys", NewKey() + tail);
        var written = await WriteAsync(grain, null, tail);
        await AssertStoredAsync(grain, written.ETag, tail);
    }

    [Fact]
    public async Task IntegerAndGuidKeysAreKeys()
    {
        foreach (var key in new[] { GrainIdKeyExtensions.CreateIntegerKey(Random.Shared.NextInt64()), GrainIdKeyExtensions.CreateGuidKey(Guid.NewGuid()) })
        {
            var grain = GrainId.Create(GrainType.Create("keys"), key);
            var written = await WriteAsync(grain, null, "text");
            await AssertStoredAsync(grain, written.ETag, "text");
        }
    }

    [Fact]
    public async Task ManyRecordsInParallelKeepTheirOwnETags()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 64), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, _) =>
        {
            var grain = NewGrain();
            string? etag = null;
            for (var round = 0; round < 5; round++)
            {
                var written = await WriteAsync(grain, etag, $"{i} {round}");
                Assert.NotEqual(etag, written.ETag);
                etag = written.ETag;
                await AssertStoredAsync(grain, etag, $"{i} {round}");
            }
        });
    }

    [Fact]
    public async Task ALargeStateIsKeptWhole()
    {
        var text = string.Concat(Enumerable.Range(0, 30_000).Select(i => i.ToString("x4", CultureInfo.InvariantCulture)));
        var grain = NewGrain();
        var written = await WriteAsync(grain, null, text);
        await AssertStoredAsync(grain, written.ETag, text);
    }

    [Fact]
    public async Task RandomWalksAgreeWithTheModel()
    {
        var (walks, steps) = ModelSize;
        for (var seed = 0; seed < walks; seed++)
        {
            await new StorageModel(Storage, StateName, [NewGrain(), NewGrain()], seed).WalkAsync(steps);
        }
    }

    protected static string NewKey() => Guid.NewGuid().ToString("N");

    private static GrainId NewGrain() => GrainId.Create("conformance", NewKey());

    private async Task<GrainState<CounterState>> WriteAsync(GrainId grain, string? etag, string text)
    {
        var state = new GrainState<CounterState>(new CounterState { Text = text }, etag) { RecordExists = etag is not null };
        await Storage.WriteStateAsync(StateName, grain, state);
        return state;
    }

    private async Task<GrainState<CounterState>?> TryWriteAsync(GrainId grain, string? etag, string text)
    {
        try
        {
            return await WriteAsync(grain, etag, text);
        }
        catch (InconsistentStateException)
        {
            return null;
        }
    }

    private async Task<GrainState<CounterState>> ReadAsync(GrainId grain)
    {
        var state = new GrainState<CounterState>(new CounterState());
        await Storage.ReadStateAsync(StateName, grain, state);
        return state;
    }

    private async Task AssertStoredAsync(GrainId grain, string? etag, string text)
    {
        var read = await ReadAsync(grain);
        Assert.Equal((true, etag, text), (read.RecordExists, read.ETag, read.State!.Text));
    }
}
