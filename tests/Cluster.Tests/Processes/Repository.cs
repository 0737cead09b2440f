namespace VideoGen.Cluster.Tests.Processes;

internal static class Repository
{
    /// <summary>The folder of the repository in which these tests were built.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "VideoGen.Orleans.sln")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException("The tests are not in the repository's folder.");
    }
}
