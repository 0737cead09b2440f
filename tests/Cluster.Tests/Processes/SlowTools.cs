using System.Diagnostics;

namespace VideoGen.Cluster.Tests.Processes;

/// <summary>Programs that do not come to an end of what they are to speak, and listen to nobody who asks them to end, until they are released.</summary>
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

    /// <summary>The environment in which these are found before the real ones.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; }

    public static SlowTools Create(TemporaryFolder folder)
    {
        var tools = new SlowTools(Directory.CreateDirectory(folder.File("tools")).FullName);
        File.WriteAllText(tools._hold, "");
        tools.Slow("ffmpeg", "textfile=");
        tools.Slow("festival", "speak.scm");
        return tools;
    }

    /// <summary>Puts a program before the real one of that name, where there is one.</summary>
    /// <param name="name">Of the program.</param>
    /// <param name="speaks">What stands in its arguments when it is to speak.</param>
    private void Slow(string name, string speaks)
    {
        if (Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(path => Path.Combine(path, name)).FirstOrDefault(File.Exists) is not { } real)
        {
            return;
        }

        var program = Path.Combine(Path.GetDirectoryName(_hold)!, name);
        File.WriteAllText(
            program,
            $"""
            #!/bin/bash
            case "$*" in *{speaks}*)
              trap '' TERM INT
              echo $$ >> {_work}
              while [ -e {_hold} ]; do sleep 0.1; done ;;
            esac
            exec {real} "$@"
            """);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
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

    public static bool IsAlive(int process)
    {
        try
        {
            return !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            // There is no such process, or there was until it was looked at.
            return false;
        }
    }
}
