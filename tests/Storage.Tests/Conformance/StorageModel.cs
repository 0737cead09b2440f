using Orleans.Runtime;
using Orleans.Storage;

namespace VideoGen.Storage.Tests.Conformance;

/// <summary>
/// A seeded walk over read, write and clear, with no ETag, the current one and a stale one, on a few records; after each step the store must say what
/// a dictionary says.
/// </summary>
internal sealed class StorageModel(IGrainStorage storage, string stateName, GrainId[] grains, int seed)
{
    private readonly Random _random = new(seed);
    private readonly Dictionary<GrainId, (string ETag, int Number)> _records = [];
    private readonly Dictionary<GrainId, List<string>> _stale = [];
    private readonly List<string> _done = [];

    public async Task WalkAsync(int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            var grain = grains[_random.Next(grains.Length)];
            var etag = PickETag(grain, out var mode);
            var action = _random.Next(5);
            _done.Add($"{(action == 0 ? "clear" : "write")} record {Array.IndexOf(grains, grain)} with {mode} ETag");
            await (action == 0 ? ClearAsync(grain, etag) : WriteAsync(grain, etag, step));
            await CheckAsync();
        }
    }

    private string? PickETag(GrainId grain, out string mode)
    {
        var stale = _stale.GetValueOrDefault(grain, []);
        switch (_random.Next(4))
        {
            case 0:
                mode = "no";
                return null;
            case 1 when stale.Count > 0:
                mode = "a stale";
                return stale[_random.Next(stale.Count)];
            default:
                mode = "the current";
                return _records.TryGetValue(grain, out var record) ? record.ETag : null;
        }
    }

    private async Task WriteAsync(GrainId grain, string? etag, int number)
    {
        var state = new GrainState<CounterState>(new CounterState { Number = number }, etag) { RecordExists = etag is not null };
        if (await SucceedsAsync(grain, etag, () => storage.WriteStateAsync(stateName, grain, state)))
        {
            Retire(grain);
            _records[grain] = (state.ETag!, number);
        }
    }

    private async Task ClearAsync(GrainId grain, string? etag)
    {
        var state = new GrainState<CounterState>(new CounterState(), etag) { RecordExists = etag is not null };
        if (await SucceedsAsync(grain, etag, () => storage.ClearStateAsync(stateName, grain, state)))
        {
            Retire(grain);
            _records.Remove(grain);
        }
    }

    private async Task<bool> SucceedsAsync(GrainId grain, string? etag, Func<Task> action)
    {
        var expected = etag == (_records.TryGetValue(grain, out var record) ? record.ETag : null);
        var succeeded = true;
        try
        {
            await action();
        }
        catch (InconsistentStateException)
        {
            succeeded = false;
        }

        Assert.True(expected == succeeded, $"{(succeeded ? "Succeeded" : "Was refused")} against the model. {this}");
        return succeeded;
    }

    private async Task CheckAsync()
    {
        foreach (var grain in grains)
        {
            var read = new GrainState<CounterState>(new CounterState());
            await storage.ReadStateAsync(stateName, grain, read);
            var stored = read.RecordExists ? (read.ETag, read.State!.Number) : default;
            var expected = _records.TryGetValue(grain, out var record) ? (record.ETag, record.Number) : default((string?, int));
            Assert.True(expected == stored, $"Expected {expected}, stored is {stored}. {this}");
        }
    }

    private void Retire(GrainId grain)
    {
        if (_records.TryGetValue(grain, out var record))
        {
            (_stale.TryGetValue(grain, out var stale) ? stale : _stale[grain] = []).Add(record.ETag);
        }
    }

    public override string ToString() => $"Seed {seed}:\n{string.Join('\n', _done)}";
}
