namespace VideoGen.Cluster.Tests;

internal static class Documents
{
    public const string Note = """
        # A small note

        The first thought is short.

        ## More

        - one apple
        - two pears
        """;

    /// <summary>Long enough for a run to be killed in its middle.</summary>
    public static string Long { get; } =
        "# A longer story\n\n"
        + string.Concat(Enumerable.Range(1, 12).Select(chapter =>
            $"## Chapter {chapter}\n\nThis is what happens in chapter {chapter}, told in one calm sentence.\n\n"));
}
