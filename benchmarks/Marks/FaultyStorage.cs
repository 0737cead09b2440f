using System.Collections.Immutable;
using Orleans.EventSourcing.StateStorage;
using Orleans.Storage;
using VideoGen.Benchmarks.Peers;
using VideoGen.Tasks.Stored;

namespace VideoGen.Benchmarks.Marks;

/// <summary>A store that executes some writes and then fails: the answer got lost on its way. It also keeps book of what has been stored.</summary>
/// <param name="inner">The real store.</param>
/// <param name="share">Of the writes that fail after they were executed.</param>
/// <param name="durable">The book.</param>
internal sealed class FaultyStorage(IGrainStorage inner, double share, DurableMarks durable) : IGrainStorage
{
    private readonly Random _random = new(7);

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await inner.ReadStateAsync(stateName, grainId, grainState);

        // What is read has been stored, even if the write of the other silo has not come back yet.
        durable.Stored(grainId.Key.ToString()!, MarksOf(grainState.State));
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        // Grains that interleave go on changing their state while it is written.
        var marks = MarksOf(grainState.State);
        var (state, etag, exists) = (grainState.State, grainState.ETag, grainState.RecordExists);
        await inner.WriteStateAsync(stateName, grainId, grainState);
        durable.Stored(grainId.Key.ToString()!, marks);
        if (Draw() < share)
        {
            (grainState.State, grainState.ETag, grainState.RecordExists) = (state, etag, exists);
            throw new TimeoutException("The store did not answer in time.");
        }
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => inner.ClearStateAsync(stateName, grainId, grainState);

    private double Draw()
    {
        lock (_random)
        {
            return _random.NextDouble();
        }
    }

    private static ImmutableArray<string> MarksOf(object? state) => state switch
    {
        TaskDocument document => document.State?.Errors ?? [],
        PeerState peer => peer.Task?.Errors ?? [],
        GrainStateWithMetaData<PeerState> journaled => journaled.State.Task?.Errors ?? [],
        _ => [],
    };
}
