using System.Net;
using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime;
using VideoGen.Grains.Witness;

namespace VideoGen.Grains.Tests.Witness;

/// <summary>F13: which silo that cannot store may leave its cluster, and when nobody may.</summary>
public sealed class LeavePermitsTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly SiloAddress CutOff = Silo(1);
    private static readonly SiloAddress CutOffToo = Silo(2);
    private static readonly SiloAddress Good = Silo(3);

    private readonly FakeTimeProvider _time = new();
    private readonly LeavePermits _permits;
    private TimeSpan _away;

    public LeavePermitsTests() => _permits = new LeavePermits(_time);

    [Fact]
    public void ASiloMayLeaveWhileAnotherOneCanStore()
    {
        Pass(15, Good);

        Assert.True(_permits.MayLeave(CutOff));
    }

    [Fact]
    public void NobodyLeavesWhenStorageIsAwayForAll()
    {
        Pass(60);

        Assert.False(_permits.MayLeave(CutOff));
        Assert.False(_permits.MayLeave(CutOffToo));
    }

    [Fact]
    public void ASiloThatIsAloneStays()
    {
        for (var i = 0; i < 60; i++)
        {
            _permits.Note(CutOff, TimeSpan.Zero);
            _time.Advance(Second);
        }

        Assert.False(_permits.MayLeave(CutOff));
    }

    [Fact]
    public void WhatWasHeardLongAgoIsNoWitness()
    {
        Pass(15, Good);
        Pass(11);

        Assert.False(_permits.MayLeave(CutOff));
    }

    /// <summary>When a storage that was away for all comes back, one silo is the first to notice.</summary>
    [Fact]
    public void NobodyLeavesBecauseAnotherWasFasterToComeBack()
    {
        Pass(20);
        Pass(9, Good);
        Assert.False(_permits.MayLeave(CutOff));

        Pass(2, Good);
        Assert.True(_permits.MayLeave(CutOff));
    }

    [Fact]
    public void OneLeavesAtATimeAndIsToldTwiceIfItAsksTwice()
    {
        Pass(15, Good);
        Assert.True(_permits.MayLeave(CutOff));
        Assert.True(_permits.MayLeave(CutOff));
        Assert.False(_permits.MayLeave(CutOffToo));

        Pass(29, Good);
        Assert.False(_permits.MayLeave(CutOffToo));

        Pass(2, Good);
        Assert.True(_permits.MayLeave(CutOffToo));
    }

    [Fact]
    public void ASiloThatLeftAndCameBackStaysForFiveMinutes()
    {
        Pass(15, Good);
        Assert.True(_permits.MayLeave(CutOff));
        var again = SiloAddress.New(CutOff.Endpoint, 2);

        Pass(285, Good);
        Assert.False(_permits.MayLeave(again));

        Pass(15, Good);
        Assert.True(_permits.MayLeave(again));
    }

    [Fact]
    public void ForgedSilosDoNotFillTheMemory()
    {
        for (var silo = 0; silo < 2 * LeavePermits.MaxSilos; silo++)
        {
            _permits.Note(SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 10_000), silo), TimeSpan.Zero);
        }

        Assert.Equal(LeavePermits.MaxSilos, _permits.Heard);
    }

    /// <summary>Each second all report: two that store nothing any more, and those that do.</summary>
    private void Pass(int seconds, params ReadOnlySpan<SiloAddress> good)
    {
        for (var i = 0; i < seconds; i++)
        {
            _time.Advance(Second);
            _away += Second;
            _permits.Note(CutOff, _away + LeavePermits.Recent);
            _permits.Note(CutOffToo, _away + LeavePermits.Recent);
            foreach (var silo in good)
            {
                _permits.Note(silo, TimeSpan.Zero);
            }
        }
    }

    private static SiloAddress Silo(int port) => SiloAddress.New(new IPEndPoint(IPAddress.Loopback, port), 1);
}
