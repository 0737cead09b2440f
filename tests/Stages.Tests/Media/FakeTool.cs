namespace VideoGen.Stages.Tests.Media;

/// <summary>A shell script that stands in for a program, in a folder of its own at the head of the search path.</summary>
internal sealed class FakeTool
{
    private readonly string _folder;

    public FakeTool(string folder, string program, string body)
    {
        _folder = folder;
        var path = Path.Combine(folder, program);
        File.WriteAllText(path, "#!/bin/sh\n" + body + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Where the stand-in is found before the real program.</summary>
    public string SearchPath => $"{_folder}:{Environment.GetEnvironmentVariable("PATH")}";

    /// <summary>The real program of this machine.</summary>
    public static string Real(string program) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Combine(folder, program)).First(File.Exists);

    /// <summary>A path in single quotes of the shell.</summary>
    public static string Quote(string path) => $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
