using System.Diagnostics;

namespace VideoGen.Storage.Tests.Running;

/// <summary>A named pipe, where a file is looked for: to open it as a file is to wait until somebody writes into it.</summary>
internal static class Pipe
{
    public static void Make(string path)
    {
        using var mkfifo = Process.Start("mkfifo", [path]);
        mkfifo.WaitForExit();
        Assert.Equal(0, mkfifo.ExitCode);
    }
}
