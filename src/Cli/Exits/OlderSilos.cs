namespace VideoGen.Cli.Exits;

/// <summary>What a call comes to that a silo of an older program does not know (F31).</summary>
internal static class OlderSilos
{
    private const string NoImplementation = "Could not find an implementation for interface";

    /// <summary>Whether the silo that was asked, or all of the cluster, do not know the question. Nothing was done then.</summary>
    public static bool AreBehind(Exception exception) =>
        exception is TypeLoadException || (exception is ArgumentException && exception.Message.StartsWith(NoImplementation, StringComparison.Ordinal));
}
