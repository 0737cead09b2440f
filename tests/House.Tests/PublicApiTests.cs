using System.Reflection;
using System.Text;

namespace VideoGen.House.Tests;

/// <summary>
/// What others may build on is a decision: the public types and members of each library are an approved text. To approve a change, run these tests with
/// <c>VIDEOGEN_APPROVE=1</c> and look at the difference before committing it.
/// </summary>
public sealed class PublicApiTests
{
    [Theory]
    [InlineData("Tasks")]
    [InlineData("Files")]
    [InlineData("Grains")]
    [InlineData("Storage")]
    [InlineData("Client")]
    [InlineData("Stages")]
    [InlineData("Silo")]
    public void PublicApiIsTheApprovedOne(string library)
    {
        var actual = Describe(Assembly.Load("VideoGen." + library));
        var path = Path.Combine(Repository.Root, "tests/House.Tests/PublicApi", library + ".txt");
        if (Environment.GetEnvironmentVariable("VIDEOGEN_APPROVE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
        }

        Assert.True(File.Exists(path), $"There is no approved API of {library}.");
        Assert.Equal(File.ReadAllText(path), actual);
    }

    private static string Describe(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().Where(IsOurs).OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(PublicApi.Describe(type)).Append('\n');
            foreach (var member in PublicApi.MembersOf(type).Order(StringComparer.Ordinal))
            {
                text.Append("  ").Append(member).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>Orleans' code generator makes public types of its own; what they are follows from ours.</summary>
    private static bool IsOurs(Type type) => type.Namespace?.StartsWith("VideoGen", StringComparison.Ordinal) == true;
}
