using VideoGen.Cluster.Tests.Processes;

namespace VideoGen.Cluster.Tests;

/// <summary>
/// <c>scripts/cluster.sh</c> itself, with a program that only says what the script waits for; <see cref="ClusterTests"/> has it start the real one.
/// </summary>
public sealed class ClusterScriptTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ClusterScript _script;

    public ClusterScriptTests()
    {
        _script = new ClusterScript(_folder)
        {
            Program = Write(
                "pretend",
                """
                #!/bin/bash
                case $1 in
                    silo) echo "The silo is up. Dashboard: http://127.0.0.1:1" ;;
                    worker) echo "The worker is up." ;;
                    *) exit 0 ;;
                esac
                exec sleep 600
                """),
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _script.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task WhoDiedIsStartedAgainAndWhoLivesStays()
    {
        await _script.SucceedAsync("up");
        var before = _script.ProcessIds;
        Assert.Equal(8, before.Count);
        await _script.SucceedAsync("status");

        await _script.SucceedAsync("kill", "worker-3", "-9");
        await _script.SucceedAsync("kill", "redis", "-9");
        Assert.Equal(1, (await _script.RunAsync("status")).ExitCode);
        await _script.SucceedAsync("up");

        var after = _script.ProcessIds;
        Assert.Equal(["redis", "worker-3"], before.Where(process => after[process.Key] != process.Value).Select(process => process.Key).Order());
        await _script.SucceedAsync("down");
        Assert.DoesNotContain(after.Values, SlowTools.IsAlive);
        Assert.Empty(_script.ProcessIds);
    }

    [Theory]
    [InlineData(2, "I have been told I am dead, so this silo will stop!", 0)]
    [InlineData(3, "I have been told I am dead, so this silo will stop!", 5)]
    [InlineData(1, "no disk", 5)]
    public async Task ASiloThatIsDeclaredDeadWhileItComesUpIsStartedAgain(int deaths, string words, int exitCode)
    {
        _script.Program = Write(
            "starved",
            $"""
            #!/bin/bash
            starts={_folder.Path}/starts
            echo "$1" >> $starts
            case $1 in
                silo)
                    came=$(grep -c silo $starts)
                    if [ $came -gt 1 ] && [ $came -le {deaths + 1} ]; then echo "{words}"; exit 134; fi
                    echo "The silo is up. Dashboard: http://127.0.0.1:1" ;;
                worker) echo "The worker is up." ;;
                *) exit 0 ;;
            esac
            exec sleep 600
            """);

        var (ended, output) = await _script.RunAsync("up", "--silos", "2", "--workers", "1");

        Assert.True(ended == exitCode, output);
    }

    [Fact]
    public async Task AStateFolderOfFormerTimesTakesNobodyElsesProcessForItsOwn()
    {
        await using var other = new ToolProcess("sleep", ["600"]);
        Directory.CreateDirectory(_script.State);
        _folder.Write("state/silo-1.pid", $"{other.Id} 12345\n");
        _folder.Write("state/worker-1.pid", "rubbish\n");

        Assert.Equal(1, (await _script.RunAsync("status")).ExitCode);
        Assert.Equal(3, (await _script.RunAsync("kill", "silo-1", "-9")).ExitCode);
        await _script.SucceedAsync("down");
        await _script.SucceedAsync("up", "--silos", "1", "--workers", "1");

        Assert.False(other.HasExited);
        Assert.NotEqual(other.Id, _script.ProcessIds["silo-1"]);
    }

    [Fact]
    public async Task InAWorldOfItsOwnTheClusterNeedsNoRedis()
    {
        _script.Settings = new Dictionary<string, string> { ["VIDEOGEN_POSTGRES"] = "Host=somewhere;Password=it's secret" };
        await _script.SucceedAsync("up", "--world", "postgres", "--silos", "1", "--workers", "1");

        Assert.Equal(["silo-1", "worker-1"], _script.ProcessIds.Keys.Order());
        await using var inside = _script.StartInside("echo $VIDEOGEN_WORLD $VIDEOGEN_POSTGRES");
        Assert.Equal(0, await inside.WaitForExitAsync());
        Assert.Equal("postgres Host=somewhere;Password=it's secret", inside.Output);
        Assert.Equal(4, (await _script.RunAsync("up", "--world", "azure")).ExitCode);
        await _script.SucceedAsync("up", "--silos", "1", "--workers", "2");
        Assert.Equal(["silo-1", "worker-1", "worker-2"], _script.ProcessIds.Keys.Order());
    }

    [Fact]
    public async Task WhatCannotBeDoneIsSaid()
    {
        Assert.Contains("No cluster is up", await _script.SucceedAsync("down"), StringComparison.Ordinal);
        Assert.Equal(3, (await _script.RunAsync("status")).ExitCode);
        Assert.Equal(3, (await _script.RunAsync("env")).ExitCode);
        Assert.Equal(2, (await _script.RunAsync("up", "--silos", "0")).ExitCode);
        Assert.Equal(2, (await _script.RunAsync("kill", "../../x")).ExitCode);

        _script.Program = Write("broken", "#!/bin/bash\n[ \"$1\" != silo ] || { echo 'The store is not there.'; exit 5; }\n");
        var (exitCode, output) = await _script.RunAsync("up");
        Assert.Equal(5, exitCode);
        Assert.Contains("The store is not there.", output, StringComparison.Ordinal);
        Assert.Contains("silo-1 ended before it was up", output, StringComparison.Ordinal);
    }

    private string Write(string name, string program)
    {
        var path = _folder.Write(name, program);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return path;
    }
}
