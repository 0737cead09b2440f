using System.Text.RegularExpressions;

namespace VideoGen.House.Tests;

/// <summary>
/// What <c>dotnet format</c> makes of using directives: System's first, then the others, each by the alphabet. The gate asks it for white space alone, since
/// the build knows the rules of style, and asking for the order here takes a second and not a minute.
/// </summary>
public sealed partial class UsingOrderTests
{
    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    [InlineData("benchmarks")]
    [InlineData("samples")]
    public void UsingDirectives_AreInOrder(string folder) => Assert.All(
        Repository.Sources(folder, ".cs"),
        file =>
        {
            var names = Using().Matches(Repository.Read(file)).Select(match => match.Groups[1].Value).ToList();
            Assert.Equal(names.OrderBy(name => IsOfSystem(name) ? 0 : 1).ThenBy(name => name, StringComparer.OrdinalIgnoreCase), names);
        });

    private static bool IsOfSystem(string name) => name == "System" || name.StartsWith("System.", StringComparison.Ordinal);

    [GeneratedRegex(@"^using ([\w.]+);\n", RegexOptions.Multiline)]
    private static partial Regex Using();
}
