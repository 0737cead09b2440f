using VideoGen.Client.Workers;

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

    [Fact]
    public void AFileThatCannotBeReadIsNoFullDisk()
    {
        var exception = Assert.ThrowsAny<IOException>(() => File.ReadAllText("/no/such/file"));

        Assert.Equal("io", StageFailure.ToCommand(exception, "stage", 1).Code);
    }
}
