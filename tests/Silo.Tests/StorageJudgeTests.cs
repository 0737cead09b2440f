using Microsoft.Extensions.Time.Testing;
using VideoGen.Silo.Cluster;

namespace VideoGen.Silo.Tests;

/// <summary>F13: when a silo takes its storage for away, and when it wants to leave.</summary>
public sealed class StorageJudgeTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly StorageJudge _judge;

    public StorageJudgeTests() => _judge = new StorageJudge(_time);

    [Fact]
    public void ASiloThatStoresNothingForFiveSecondsTriesWhetherItCan()
    {
        Pass(4.9);
        Assert.False(_judge.NeedsProof);

        Pass(0.1);
        Assert.True(_judge.NeedsProof);

        _judge.Good();
        Assert.False(_judge.NeedsProof);
    }

    [Fact]
    public void ASiloThatHasNothingToStoreIsNotCutOff()
    {
        Pass(3600);

        Assert.Equal((false, false), (_judge.IsAway, _judge.WantsToLeave));
    }

    [Fact]
    public void StorageIsAwayAfterFiveSecondsAndTheSiloWantsToLeaveWhenItTriedForFifteen()
    {
        Pass(4.9);
        _judge.Bad();
        Assert.False(_judge.IsAway);

        Pass(0.1);
        Assert.Equal((true, false), (_judge.IsAway, _judge.WantsToLeave));

        Pass(14.8);
        _judge.Bad();
        Assert.False(_judge.WantsToLeave);

        Pass(0.1);
        Assert.Equal((true, true), (_judge.IsAway, _judge.WantsToLeave));
    }

    /// <summary>A storage that is away for four of each eight seconds makes nobody leave, nor refuses anybody.</summary>
    [Fact]
    public void AStorageThatComesAndGoesIsStayedWith()
    {
        for (var second = 0; second < 600; second++)
        {
            Pass(1);
            if (second % 8 < 4)
            {
                _judge.Bad();
            }
            else
            {
                _judge.Good();
            }

            Assert.Equal((false, false), (_judge.IsAway, _judge.WantsToLeave));
        }
    }

    private void Pass(double seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));
}
