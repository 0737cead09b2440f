using System.Diagnostics;

namespace VideoGen.Cluster.Tests.Processes;

/// <summary>An ffmpeg that does not come to an end of what it is to speak, and does not listen to anybody who asks it to end, until it is released.</summary>
internal sealed class SlowTools
{
    private readonly string _hold;
    private readonly string _work;

    private SlowTools(string folder)
    {
        _hold = Path.Combine(folder, "hold");
        _work = Path.Combine(folder, "work");
        Settings = new Dictionary<string, string> { ["PATH"] = $"{folder}:{Environment.GetEnvironmentVariable("PATH")}" };
    }

    /// <summary>The environment in which this ffmpeg is found before the real one.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; }

    public static SlowTools Create(TemporaryFolder folder)
    {
        var tools = new SlowTools(Directory.CreateDirectory(folder.File("tools")).FullName);
        var real = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(path => Path.Combine(path, "ffmpeg")).First(File.Exists);
        File.WriteAllText(tools._hold, "");
        var program = Path.Combine(folder.Path, "tools", "ffmpeg");
        File.WriteAllText(
            program,
            $"""
            #!/bin/bash
            case "$*" in *textfile=*)
              trap '' TERM INT
              echo $$ >> {tools._work}
              while [ -e {tools._hold} ]; do sleep 0.1; done ;;
            esac
            exec {real} "$@"
            """);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return tools;
    }

    /// <summary>The ids of the processes that hold on, once there is one.</summary>
    public async Task<int[]> WaitForWorkAsync(ToolProcess process)
    {
        var patience = Stopwatch.StartNew();
        while (!File.Exists(_work))
        {
            Assert.False(process.HasExited, $"The process ended before it came to speak:\n{process.Output}");
            Assert.True(patience.Elapsed < ToolProcess.Patience, $"The process did not come to speak:\n{process.Output}");
            await Task.Delay(20, CancellationToken.None);
        }

        var ids = (await File.ReadAllLinesAsync(_work)).Select(int.Parse).ToArray();
        File.Delete(_work);
        return ids;
    }

    public void Release() => File.Delete(_hold);

    public static bool IsAlive(int process) =>
        Directory.Exists($"/proc/{process}") && !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
}
