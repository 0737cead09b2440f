using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime;
using Orleans.Storage;
using VideoGen.Grains.Access;
using VideoGen.Grains.Settings;
using VideoGen.Tasks.Access;

namespace VideoGen.Grains.Tests.Settings;

/// <summary>What is known of a record between reads of the store.</summary>
public sealed class StoredTextTests
{
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromSeconds(2);

    private readonly FakeTimeProvider _time = new();
    private readonly OneRecord _store = new();

    [Fact]
    public async Task WhatWasRead_HoldsForItsTime()
    {
        var text = Open();
        await text.ReadAsync();
        _time.Advance(ReadAgainAfter - TimeSpan.FromTicks(1));
        await text.ReadAsync();
        Assert.Equal(1, _store.Reads);

        await Open().ChangeAsync(_ => Keys("other"));
        _time.Advance(TimeSpan.FromTicks(1));

        Assert.Equal("other", Assert.Single((await text.ReadAsync()).Keys).Name);
    }

    /// <summary>Else a key that was revoked in that moment would be good again.</summary>
    [Fact]
    public async Task AReadThatAChangeOvertakes_DoesNotBringBackWhatWasThereBefore()
    {
        var text = Open();
        _store.Held = new TaskCompletionSource();
        var late = text.ReadAsync();
        var held = _store.Held;
        _store.Held = null;
        await text.ChangeAsync(_ => Keys("new"));
        held.SetResult();

        Assert.Equal("new", Assert.Single((await late).Keys).Name);
        Assert.Equal("new", Assert.Single((await text.ReadAsync()).Keys).Name);
    }

    private StoredText<AccessKeys> Open() =>
        new(_store, GrainId.Create("accesskeys", "0"), "keys", AccessKeys.None, KeysJson.Default.AccessKeys, _time) { ReadAgainAfter = ReadAgainAfter };

    private static AccessKeys Keys(string name) => new() { Keys = [new AccessKey(name, Role.Viewer, KeyText.HashOf(name), DateTimeOffset.UnixEpoch)] };

    /// <summary>A store of one record, whose answer to a read can be held back.</summary>
    private sealed class OneRecord : IGrainStorage
    {
        private string? _json;

        public int Reads { get; private set; }

        public TaskCompletionSource? Held { get; set; }

        public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            Reads++;
            var json = _json;
            if (Held is { } held)
            {
                await held.Task;
            }

            if (json is not null)
            {
                ((SettingsDocument)(object)grainState.State!).Json = json;
                grainState.RecordExists = true;
                grainState.ETag = "1";
            }
        }

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            _json = ((SettingsDocument)(object)grainState.State!).Json;
            return Task.CompletedTask;
        }

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw new NotSupportedException();
    }
}
