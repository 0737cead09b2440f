using System.Runtime.CompilerServices;

namespace VideoGen.Tasks.Tests;

/// <summary>
/// Compares a text with the approved file of that name in the folder <c>Approved</c>. To approve a change, run the tests with
/// <c>VIDEOGEN_APPROVE=1</c> and look at the difference before committing it.
/// </summary>
internal static class Approved
{
    public static void Verify(string name, string actual, [CallerFilePath] string caller = "")
    {
        var folder = Path.Combine(Root(caller), "Approved");
        var path = Path.Combine(folder, name);
        if (Environment.GetEnvironmentVariable("VIDEOGEN_APPROVE") == "1")
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(path, actual);
        }

        Assert.True(File.Exists(path), $"There is no approved file {name}.");
        Assert.Equal(File.ReadAllText(path), actual);
    }

    /// <summary>The folder of the project: where its project file is, above the file that asks.</summary>
    public static string Root([CallerFilePath] string caller = "")
    {
        // A deterministic build replaces the source path by /_/; then the project is found from where the tests run.
        var start = File.Exists(caller) ? Path.GetDirectoryName(caller) : AppContext.BaseDirectory;
        for (var folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Tasks.Tests.csproj")))
            {
                return folder;
            }
        }

        throw new DirectoryNotFoundException("The folder of Tasks.Tests was not found above " + start);
    }
}
