using Microsoft.Extensions.Time.Testing;
using VideoGen.Grains.Slots;
using VideoGen.Tasks;
using VideoGen.Tasks.Settings;
using VideoGen.Tasks.Slots;
using VideoGen.Tasks.Waits;

namespace VideoGen.Grains.Tests.Slots;

public sealed class SlotBookTests
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly SlotBook _slots;

    public SlotBookTests()
    {
        _slots = new SlotBook(_time) { IsSettled = true };
        _slots.Define(new LimitDefinition("gpu") { MaxConcurrent = 2 });
    }

    [Fact]
    public void Use_PastTheLimit_SaysWhoHoldsTheSlots()
    {
        Assert.Null(_slots.Use(Use("a")));
        Assert.Null(_slots.Use(Use("b")));
        Assert.Equal("It waits for limit gpu, 2 of 2 taken by a/work on w, b/work on w.", _slots.Use(Use("c"))?.Sentence);
        Assert.Null(_slots.Use(Use("a")));
        Assert.Equal(2, _slots.Used);

        _slots.End(TaskId.Parse("a"), "work");
        Assert.Null(_slots.Use(Use("c")));
    }

    [Fact]
    public async Task AFreeSlot_WakesTheOneWhoWaitsLongest_AndNobodyElse()
    {
        _slots.Use(Use("a", 2));
        var first = AcquireAsync("one");
        var second = AcquireAsync("two");
        var third = AcquireAsync("three");
        Assert.False(first.IsCompleted);

        _slots.End(TaskId.Parse("a"), "work");
        Assert.True(await first && await second);
        Assert.False(third.IsCompleted);

        _slots.GiveBack("one", 1);
        Assert.True(await third);
        Assert.Equal(2, _slots.Used);
    }

    [Fact]
    public async Task WhoeverCameFirst_IsNotPassedByThoseWhoNeedLess()
    {
        _slots.Use(Use("a"));
        var large = _slots.AcquireAsync("large", 2, Wait, TestContext.Current.CancellationToken);
        Assert.False(_slots.TryAcquire("small", 1));
        _slots.End(TaskId.Parse("a"), "work");
        Assert.True(await large);
    }

    [Fact]
    public void WhatAQueueTook_IsWhatItsAttemptUses()
    {
        Assert.True(_slots.TryAcquire("default", 1));
        Assert.True(_slots.TryAcquire("default", 1));
        Assert.Null(_slots.Use(Use("a")));
        Assert.Equal(2, _slots.Used);
        Assert.NotNull(_slots.Use(Use("b") with { Queue = "other" }));
        Assert.Null(_slots.Use(Use("b")));
    }

    [Fact]
    public async Task WhatAQueueTookAndDidNotUse_ComesBack()
    {
        Assert.True(_slots.TryAcquire("gone", 2));
        var waiting = AcquireAsync("here");
        _time.Advance(ILimitGrain.KeptFor);
        _slots.Pump();
        Assert.True(await waiting);
    }

    [Fact]
    public async Task AWaitThatIsOver_TakesNoSlot()
    {
        _slots.Use(Use("a", 2));
        var waiting = AcquireAsync("one");
        _time.Advance(Wait);
        Assert.False(await waiting);
        Assert.Equal(0, _slots.Waiters);
        _slots.End(TaskId.Parse("a"), "work");
        Assert.Equal(0, _slots.Used);
    }

    [Fact]
    public void AnAttemptThatTakesMoreSlotsThanThereAre_TakesAllOfThem()
    {
        Assert.Null(_slots.Use(Use("a", 9)));
        Assert.NotNull(_slots.Use(Use("b")));
        _slots.End(TaskId.Parse("a"), "work");
        Assert.Null(_slots.Use(Use("b")));
        Assert.NotNull(_slots.Use(Use("c", 9)));
    }

    [Fact]
    public void TheStore_SaysWhoHoldsSlots()
    {
        _slots.Settle([Use("a"), Use("b")]);
        Assert.NotNull(_slots.Use(Use("c")));

        // Word of an end may be lost: the lease is gone from the store.
        _time.Advance(TimeSpan.FromSeconds(31));
        _slots.Settle([Use("b")]);
        Assert.Null(_slots.Use(Use("c")));

        // A lease that is about to be stored is in no record yet.
        _slots.Settle([Use("b")]);
        Assert.Equal(2, _slots.Used);
    }

    [Fact]
    public void AnEndIsNotUndoneByAnOlderAnswerOfTheStore()
    {
        _slots.Settle([Use("a")]);
        _slots.End(TaskId.Parse("a"), "work");
        _slots.Settle([Use("a")]);
        Assert.Equal(0, _slots.Used);
        Assert.Null(_slots.Use(Use("a")));
        Assert.Equal(1, _slots.Used);
    }

    [Fact]
    public async Task BeforeItIsKnownWhoHoldsWhat_NothingIsGivenOut()
    {
        var slots = new SlotBook(_time);
        slots.Define(new LimitDefinition("gpu") { MaxConcurrent = 2 });
        Assert.Equal(ObstacleKind.LimitSettling, slots.Use(Use("a"))?.Kind);
        var waiting = slots.AcquireAsync("default", 1, Wait, TestContext.Current.CancellationToken);
        slots.Settle([Use("b")]);
        Assert.False(waiting.IsCompleted);
        slots.IsSettled = true;
        slots.Pump();
        Assert.True(await waiting);
    }

    [Fact]
    public void WithoutADefinition_NothingIsHeldBack_AndWhatIsAtWorkCountsWhenThereIsOne()
    {
        var slots = new SlotBook(_time) { IsSettled = true };
        Assert.Equal(ObstacleKind.LimitSettling, slots.Use(Use("before"))?.Kind);
        slots.Define(null);
        for (var i = 0; i < 3; i++)
        {
            Assert.Null(slots.Use(Use($"t{i}")));
        }

        slots.Define(new LimitDefinition("gpu") { MaxConcurrent = 3 });
        Assert.NotNull(slots.Use(Use("t3")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(60)]
    public void ARate_HoldsInEveryStretchOfItsLength(int count)
    {
        var per = TimeSpan.FromMinutes(1);
        _slots.Define(new LimitDefinition("gpu") { Rate = new StartRate(count, per) });
        var starts = new List<DateTimeOffset>();
        for (var i = 0; i < 3_000; i++)
        {
            if (_slots.Use(Use($"t{i}")) is null)
            {
                starts.Add(_time.GetUtcNow());
            }

            _time.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.InRange(starts.Count, 4 * count, 5 * count);
        Assert.All(starts, start => Assert.InRange(starts.Count(other => other >= start && other < start + per), 1, count));
    }

    [Fact]
    public void ARestart_GivesNoSecondHelpingOfARate()
    {
        _slots.Define(new LimitDefinition("gpu") { Rate = new StartRate(60, TimeSpan.FromMinutes(1)) });
        Assert.NotNull(_slots.Use(Use("a")));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(_slots.Use(Use("a")));
        Assert.NotNull(_slots.Use(Use("b")));
    }

    [Fact]
    public void ALimitThatWasToldToComeAgainLater_RestsUntilThen()
    {
        _slots.Rest(_time.GetUtcNow().AddSeconds(40), "429 of the vendor");
        Assert.Equal("Limit gpu rests until 2026-01-01 00:00:40Z because 429 of the vendor.", _slots.Use(Use("a"))?.Sentence);
        Assert.Equal(_time.GetUtcNow().AddSeconds(40), _slots.NextAt);
        _time.Advance(TimeSpan.FromSeconds(40));
        Assert.Null(_slots.Use(Use("a")));
    }

    /// <summary>Whatever comes in whatever order: never more slots than there are, and none is lost.</summary>
    [Fact]
    public async Task AnyMix_StaysWithinTheLimitAndLeaksNothing()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var slots = new SlotBook(_time) { IsSettled = true };
            slots.Define(new LimitDefinition("gpu") { MaxConcurrent = 5 });
            var held = new List<SlotUse>();
            var waits = new List<(string Queue, int Weight, Task<bool> Granted)>();
            for (var i = 0; i < 500; i++)
            {
                switch (random.Next(4))
                {
                    case 0:
                        var (queue, weight) = ($"q{random.Next(3)}", random.Next(1, 4));
                        waits.Add((queue, weight, slots.AcquireAsync(queue, weight, Wait, TestContext.Current.CancellationToken)));
                        break;
                    case 1 when held.Count > 0:
                        var ended = held[random.Next(held.Count)];
                        held.Remove(ended);
                        slots.End(ended.Task, ended.Stage);
                        break;
                    default:
                        foreach (var granted in waits.Where(wait => wait.Granted.IsCompleted).ToList())
                        {
                            waits.Remove(granted);
                            Assert.True(await granted.Granted);
                            var use = Use($"t{seed}-{i}-{held.Count}", granted.Weight) with { Queue = granted.Queue };
                            Assert.Null(slots.Use(use));
                            held.Add(use);
                        }

                        break;
                }

                Assert.InRange(slots.Used, 0, 5);
            }

            held.ForEach(use => slots.End(use.Task, use.Stage));
            _time.Advance(Wait);
            await Task.WhenAll(waits.Select(wait => wait.Granted));
            _time.Advance(ILimitGrain.KeptFor);
            slots.Pump();
            Assert.Equal((0, 0), (slots.Used, slots.Waiters));
        }
    }

    private Task<bool> AcquireAsync(string queue) => _slots.AcquireAsync(queue, 1, Wait, TestContext.Current.CancellationToken);

    private static SlotUse Use(string task, int weight = 1) => new(TaskId.Parse(task), "work", "default", weight, "w");
}
