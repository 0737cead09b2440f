namespace VideoGen.Cluster.Tests.Processes;

/// <summary>
/// The end of a command that was told to end, and had not come to it after four and a half seconds: it says so and goes, whatever it was at. A busy machine may
/// need so long for what takes a moment elsewhere.
/// </summary>
internal static class HurriedEnd
{
    /// <summary>After a TERM.</summary>
    private const int Terminated = 143;

    /// <summary>After a Ctrl-C.</summary>
    private const int Interrupted = 130;

    private const string Words = "It did not come to an end by itself in time.";

    public static bool IsOf(ToolProcess process, int exitCode) => exitCode is Terminated or Interrupted && process.CountOf(Words) > 0;
}
