using System.ComponentModel;
using VideoGen.Client.Stages;
using VideoGen.Client.Workers;
using VideoGen.Tasks;

namespace VideoGen.Client.Tests.Workers;

public sealed class StageFailureTests
{
    [Fact]
    public void AFullDiskIsNamedWithWhatToDo()
    {
        // A device that is always full.
        var exception = Assert.ThrowsAny<IOException>(() => File.WriteAllText("/dev/full", "text"));

        var failure = StageFailure.ToCommand(exception, "stage", 1);

        Assert.Equal("disk.full", failure.Code);
        Assert.Contains("Free some space", failure.Error, StringComparison.Ordinal);
        Assert.True(failure.Retryable);
    }

    /// <summary>A quota counts as a disk, and so does what a sync reports of one.</summary>
    [Theory]
    [InlineData(28)]
    [InlineData(122)]
    public void WhateverFindsTheDiskFullNamesItSo(int error)
    {
        IOException[] failures = [new("No space", error), new("Could not sync /data/x", new Win32Exception(error))];
        Assert.All(failures, failure => Assert.Equal("disk.full", StageFailure.ToCommand(failure, "stage", 1).Code));
    }

    [Fact]
    public void ATimeToComeAgainGoesToTheTask_WithinItsBound()
    {
        var busy = new StageFailedException("vendor.busy", "The vendor says 429.") { RetryAfter = TimeSpan.FromSeconds(40), RestingLimit = "vendor" };
        var failure = StageFailure.ToCommand(busy, "stage", 1);
        Assert.Equal((TimeSpan.FromSeconds(40), "vendor", true), (failure.RetryAfter, failure.RestingLimit, failure.Retryable));

        var never = StageFailure.ToCommand(new StageFailedException("vendor.busy", "Next year.") { RetryAfter = TimeSpan.FromDays(365) }, "stage", 1);
        Assert.Equal(Limits.MaxRetryAfter, never.RetryAfter);

        var past = StageFailure.ToCommand(new StageFailedException("vendor.busy", "Now.") { RetryAfter = TimeSpan.FromSeconds(-3) }, "stage", 1);
        Assert.Equal((null, false), (past.RetryAfter, past.Retryable));
    }

    [Fact]
    public void AFileThatCannotBeReadIsNoFullDisk()
    {
        var exception = Assert.ThrowsAny<IOException>(() => File.ReadAllText("/no/such/file"));

        Assert.Equal("io", StageFailure.ToCommand(exception, "stage", 1).Code);
    }
}
