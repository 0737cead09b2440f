using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Spectre.Console.Testing;
using VideoGen.Client.Tests.Fixtures;

namespace VideoGen.Cli.Tests;

/// <summary>Wrong command lines and wrong input: one message with what to do, and the documented exit code.</summary>
public sealed class CommandLineTests : IDisposable
{
    /// <summary>Where a database of SQLite has the version of its schema.</summary>
    private const int UserVersionOffset = 60;

    private readonly string _data = Directory.CreateTempSubdirectory("videogen-test-").FullName;
    private readonly TestConsole _console = new TestConsole().Width(160);
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        Directory.Delete(_data, recursive: true);
        _console.Dispose();
        _error.Dispose();
    }

    [Theory]
    [InlineData(2, "Unrecognized command or argument 'fly'", "fly")]
    [InlineData(2, "--concurrency goes from 1 to 64, not 0", "run", "x.md", "--concurrency", "0")]
    [InlineData(2, "--limit goes from 1 to 500, not 501", "list", "--limit", "501")]
    [InlineData(2, "Argument 'asleep' not recognized", "list", "--status", "asleep")]
    [InlineData(2, "A task id may hold only the characters", "show", "a/b")]
    [InlineData(2, "A task id must not start with a dot", "cancel", "..")]
    [InlineData(2, "A label is written KEY=VALUE", "list", "--label", "team")]
    [InlineData(2, "Argument 'size' not recognized", "list", "--sort", "size")]
    [InlineData(2, "Argument 'up' not recognized", "list", "--order", "up")]
    [InlineData(2, "or how long ago that was, such as 30m or 2h; 'yesterday' is neither", "list", "--since", "yesterday")]
    [InlineData(2, "its end is not after its begin", "list", "--since", "1h", "--until", "2h")]
    [InlineData(2, "The text to look for in errors has 1 to 256 characters", "list", "--error", "")]
    [InlineData(2, "The page token is not one that a list came with", "list", "--after", "x")]
    [InlineData(2, "A worker needs --redis", "worker")]
    [InlineData(2, "'why' needs --redis", "why", "task-1")]
    [InlineData(2, "'queue pause' needs --redis", "queue", "pause", "default", "--reason", "vendor down")]
    [InlineData(2, "'queues' needs --redis", "queues")]
    [InlineData(2, "'limit set' needs --redis", "limit", "set", "gpu", "--max", "2")]
    [InlineData(2, "'much' is not a weight", "submit", "x.md", "--redis", "localhost:1", "--fair", "team=much")]
    [InlineData(2, "has the weight 0; it is from 0.01 to 1000", "submit", "x.md", "--redis", "localhost:1", "--fair", "team=0")]
    [InlineData(2, "A fair share has a key of 1 to 64 characters", "submit", "x.md", "--redis", "localhost:1", "--fair", "=2")]
    [InlineData(2, "A limit is written KIND=N, such as video_generation=1; 'video' is not", "worker", "--redis", "x:1", "--limit", "video")]
    [InlineData(2, "A limit is written KIND=N, such as video_generation=1; 'a=0' is not", "worker", "--redis", "x:1", "--limit", "a=0")]
    [InlineData(2, "The limit for 'video' is for no stage of this worker. It does audio_generation,", "worker", "--redis", "x:1", "--limit", "video=1")]
    [InlineData(2, "--drain is a whole number of seconds, minutes or hours up to 168h", "worker", "--redis", "x:1", "--drain", "ten")]
    [InlineData(2, "'169h' is not", "worker", "--redis", "x:1", "--drain", "169h")]
    [InlineData(2, "--silos goes from 1 to 9, not 0", "rehearse", "--silos", "0")]
    [InlineData(2, "nowhere.json", "rehearse", "nowhere.json")]
    [InlineData(2, "A program of a rehearsal is written KIND=COMMAND", "rehearse", "nowhere.json", "--exec", "render")]
    [InlineData(2, "--exec and --input are for a pipeline of your own", "rehearse", "--exec", "render=python3 render.py")]
    [InlineData(2, "'submit' needs --redis", "submit", "x.md")]
    [InlineData(2, "'open' needs --server", "open", "task-1")]
    [InlineData(2, "'share' needs --server", "share", "task-1")]
    [InlineData(2, "--for is a whole number of seconds, minutes or hours up to 168h", "share", "task-1", "--for", "8d")]
    [InlineData(2, "kept in s3://BUCKET, azure:CONTAINER or folder:PATH; 'ftp://x' is none of them", "run", "x.md", "--artifacts", "ftp://x")]
    [InlineData(2, "'s3://bucket/../up' names no place for artifacts", "run", "x.md", "--artifacts", "s3://bucket/../up")]
    [InlineData(2, "'azure:films' needs the connection string of the storage account", "run", "x.md", "--artifacts", "azure:films")]
    [InlineData(2, "'running=3d' says of no task how long it is kept", "silo", "--keep", "running=3d")]
    [InlineData(3, "There is no task nobody here", "show", "nobody")]
    [InlineData(3, "There is no task nobody here", "cancel", "nobody")]
    [InlineData(3, "There is no task nobody here", "delete", "nobody")]
    [InlineData(3, "There is no task nobody here", "skip", "nobody", "stage")]
    [InlineData(2, "With --now, 'retry' takes one STAGE at most", "retry", "nobody", "a", "b", "--now")]
    public async Task AWrongCommandGetsOneMessageAndItsExitCode(int exitCode, string message, params string[] arguments)
    {
        Assert.Equal(exitCode, await RunAsync(arguments));
        Assert.Contains(message, _error.ToString(), StringComparison.Ordinal);
    }

    /// <summary>It takes connections and answers nothing, as a machine does that is not the right one.</summary>
    [Fact]
    public async Task ARedisThatDoesNotAnswerIsSaidByItsAddressWithinSeconds()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        Assert.Equal(5, await RunAsync("list", "--redis", $"{listener.LocalEndpoint}").WithinAsync(TimeSpan.FromSeconds(35), () => _error.ToString()));

        Assert.Contains($"Redis at {listener.LocalEndpoint} does not answer", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMissingDocumentIsSaidBeforeAnythingIsStarted()
    {
        Assert.Equal(2, await RunAsync("run", Path.Combine(_data, "gone.md")));
        Assert.Contains("gone.md", _error.ToString(), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_data));
    }

    [Fact]
    public async Task AnOutputInAFolderThatIsNotThereIsRefusedAtOnce()
    {
        var document = Path.Combine(_data, "note.md");
        await File.WriteAllTextAsync(document, "# Note\n\nText.\n", TestContext.Current.CancellationToken);

        Assert.Equal(2, await RunAsync("run", document, "-o", Path.Combine(_data, "nowhere", "x.mp4")));
        Assert.Contains("does not exist", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnOutputOfAnotherContainerIsRefusedAtOnce()
    {
        var document = Path.Combine(_data, "note.md");
        await File.WriteAllTextAsync(document, "# Note\n\nText.\n", TestContext.Current.CancellationToken);

        Assert.Equal(2, await RunAsync("run", document, "-o", Path.Combine(_data, "x.mkv")));
        Assert.Contains("ends with .mp4", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ADatabaseThatIsNoneIsSaidByItsName()
    {
        await File.WriteAllTextAsync(Path.Combine(_data, "tasks.db"), new string('x', 8_192), TestContext.Current.CancellationToken);

        Assert.Equal(5, await RunAsync("list"));
        Assert.Contains("tasks.db", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ADatabaseOfANewerProgramIsSaidByItsNameAndStaysAsItIs()
    {
        var stop = TestContext.Current.CancellationToken;
        var document = Path.Combine(_data, "note.md");
        await File.WriteAllTextAsync(document, "# Note\n\nText.\n", stop);
        Assert.Equal(0, await RunAsync("list"));
        var database = Path.Combine(_data, "tasks.db");
        var bytes = await File.ReadAllBytesAsync(database, stop);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(UserVersionOffset), 9_999);
        await File.WriteAllBytesAsync(database, bytes, stop);

        foreach (var arguments in new string[][] { ["list"], ["run", document], ["silo"] })
        {
            _error.GetStringBuilder().Clear();
            Assert.Equal(5, await RunAsync(arguments));
            Assert.Contains($"{database} was made by a newer program", _error.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(bytes, await File.ReadAllBytesAsync(database, stop));
    }

    [Fact]
    public async Task AnEmptyStoreListsNothing()
    {
        Assert.Equal(0, await RunAsync("list"));
        Assert.Contains("There are no tasks here", _console.Output, StringComparison.Ordinal);
    }

    private Task<int> RunAsync(params string[] arguments)
    {
        var isOfCluster = arguments[0] is "fly" or "why" or "open" or "share" or "queue" or "queues" or "limit" or "rehearse";
        string[] withData = isOfCluster ? arguments : [.. arguments, "--data", _data];
        return new CommandLine(_console, _error).RunAsync(withData);
    }
}
