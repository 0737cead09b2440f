using System.Runtime.CompilerServices;

namespace VideoGen.Stages.Tests.Contract;

/// <summary>
/// Output that people see, pinned by a file that was looked at. A difference fails the test and leaves a <c>.received</c> file beside the approved one;
/// rename it to approve.
/// </summary>
internal static class Approved
{
    public static void Check(string actual, string name, [CallerFilePath] string testFile = "")
    {
        var approved = Path.Combine(Path.GetDirectoryName(testFile)!, "Approved", name);
        var received = approved + ".received";
        var text = actual.TrimEnd() + "\n";
        if (File.Exists(approved) && File.ReadAllText(approved) == text)
        {
            File.Delete(received);
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(approved)!);
        File.WriteAllText(received, text);
        var difference = Difference(File.Exists(approved) ? File.ReadAllText(approved) : "", text);
        Assert.Fail($"The output is not that of {name}. Compare it with {name}.received, and rename that file if it is right.\n{difference}");
    }

    private static string Difference(string expected, string actual)
    {
        var lines = expected.Split('\n').Zip(actual.Split('\n'))
            .Select((pair, index) => (pair, index))
            .FirstOrDefault(item => item.pair.First != item.pair.Second);
        return $"First difference in line {lines.index + 1}:\n- {lines.pair.First}\n+ {lines.pair.Second}";
    }
}
