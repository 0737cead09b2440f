using System.ComponentModel;
using StackExchange.Redis;
using VideoGen.Cli.Exits;
using VideoGen.Client.Tasks;
using VideoGen.Storage.Records;
using VideoGen.Tasks;

namespace VideoGen.Cli.Tests;

/// <summary>Whatever ends a command is told in a sentence, with the exit code that the README gives it.</summary>
public sealed class CommandErrorTests
{
    private const int NoSpace = 28;

    private const int ReadOnly = 30;

    private static IOException NotSynced => new("Could not sync /data/x", new Win32Exception(NoSpace));

    public static TheoryData<Exception, int, string> Failures => new()
    {
        { new IOException("No space left on device : '/data/x'", NoSpace), 5, "The disk is full: No space left on device : '/data/x'. Free some space" },
        { new IOException("Read-only file system : '/data/x'", ReadOnly), 5, "A disk can only be read: Read-only file system : '/data/x'. Mount it for" },
        { new InvalidOperationException("outer", NotSynced), 5, "The disk is full: Could not sync /data/x. Free" },
        { new StoreException(StoreFault.Full, "The disk that holds /data is full.", NotSynced), 5, "The disk that holds /data is full." },
        { new TaskStorageException("Task t could not be written.", cause: "The disk that holds /data is full."), 5, "The disk that holds /data is full." },
        { new TimeoutException("Response did not arrive on time."), 5, "The cluster did not answer: Response did not arrive on time." },
        { new RedisTimeoutException("Timeout awaiting response", CommandStatus.Unknown), 5, "The cluster did not answer: Timeout awaiting response" },
        { new QueueFullException("Task t is not created: try again in 30 s.", TimeSpan.FromSeconds(30)), 6, "Task t is not created: try again in 30 s." },
        { new TypeLoadException("Unable to parse or load type \"VideoGen.IX\"."), 5, "A silo of the cluster is of an older program, which does not know" },
        { new ArgumentException("Could not find an implementation for interface VideoGen.IX"), 5, "A silo of the cluster is of an older program" },
        { new ArgumentException("A queue has no name."), 2, "A queue has no name." },
        { new OperationCanceledException(), 130, "Cancelled." },
        { CommandFailedException.NotFound(TaskId.Parse("t")), 3, "There is no task t here." },
    };

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public void AFailureHasItsSentenceAndItsExitCode(Exception failure, int exitCode, string beginning)
    {
        var described = CommandErrors.Describe(failure);

        Assert.Equal(exitCode, described.ExitCode);
        Assert.StartsWith(beginning, described.Message, StringComparison.Ordinal);
    }
}
