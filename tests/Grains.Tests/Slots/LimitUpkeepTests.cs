using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using VideoGen.Grains.Diagnostics;
using VideoGen.Grains.Slots;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Settings;
using VideoGen.Tasks.Waits;

namespace VideoGen.Grains.Tests.Slots;

/// <summary>A limit that comes up gives nothing out before it has read what there is of it, however long that takes.</summary>
public sealed class LimitUpkeepTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly SlotBook _slots;
    private readonly Holders _holders = new();
    private readonly LimitUpkeep _upkeep;
    private bool _settingsAreAway;

    public LimitUpkeepTests()
    {
        _slots = new SlotBook(_time, "gpu");
        var settings = ClusterSettings.None with { Limits = ClusterSettings.None.Limits.Add("gpu", new LimitDefinition("gpu") { MaxConcurrent = 1 }) };
        _upkeep = new LimitUpkeep(
            "gpu",
            _slots,
            _holders,
            () => _settingsAreAway ? Task.FromException<ClusterSettings>(new TaskStorageException("away")) : Task.FromResult(settings),
            _time,
            new VideoGenDiagnostics(NullLogger<VideoGenDiagnostics>.Instance));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task WhatCannotBeRead_GivesNothingOutUntilItCan(bool settingsAreAway, bool holdersAreAway)
    {
        (_settingsAreAway, _holders.AreAway) = (settingsAreAway, holdersAreAway);
        Assert.False(await _upkeep.LookAsync());
        for (var second = 0; second < 3; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await _upkeep.TickAsync();
            Assert.False(_slots.TryAcquire("default", 1));
            Assert.Equal(ObstacleKind.LimitSettling, _slots.Obstacle(1)?.Kind);
        }

        (_settingsAreAway, _holders.AreAway) = (false, false);
        await _upkeep.TickAsync();
        Assert.True(_slots.TryAcquire("default", 1));
    }

    private sealed class Holders : ITaskIndex
    {
        public bool AreAway { get; set; }

        public bool KeepsSchedules => true;

        public Task<ImmutableArray<LimitHolder>> FindHoldersAsync(string limit, CancellationToken cancellationToken = default) =>
            AreAway ? Task.FromException<ImmutableArray<LimitHolder>>(new TaskStorageException("away")) : Task.FromResult<ImmutableArray<LimitHolder>>([]);

        public Task<TaskPage> QueryAsync(TaskQuery query, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task<TaskCounts> CountAsync(TaskQuery query, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task<ImmutableArray<TaskId>> FindOwedAsync(DateTimeOffset untouchedSince, int limit, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public Task<int> PurgeDeletedAsync(DateTimeOffset before, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }
}
