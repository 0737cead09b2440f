using VideoGen.Cli.Rehearsal.Processes;

namespace VideoGen.Cli.Rehearsal.Clusters;

/// <summary>This very program, as processes of their own.</summary>
internal static class VideoGenProgram
{
    private static readonly string Library = typeof(VideoGenProgram).Assembly.Location;

    public static ChildProcess Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, Action<string>? heard = null) =>
        Library.Length == 0
            ? new ChildProcess(Environment.ProcessPath!, arguments, environment, heard: heard)
            : new ChildProcess("dotnet", [Library, .. arguments], environment, heard: heard);
}
