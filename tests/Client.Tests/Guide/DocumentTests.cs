using System.Text.RegularExpressions;

namespace VideoGen.Client.Tests.Guide;

/// <summary>
/// What the documents name is there: files and folders, links, types and members, the tests that are said to try something, the mutants and the map.
/// </summary>
public sealed partial class DocumentTests
{
    public static TheoryData<string> Documents { get; } =
    [
        "README.md",
        "CONTRIBUTING.md",
        .. Directory.EnumerateFiles(Path.Combine(GuideDocument.Root, "docs"), "*.md").Select(path => $"docs/{Path.GetFileName(path)}"),
    ];

    private static readonly string[] Tests = [.. SourcesBelow("tests")];

    private static readonly HashSet<string> Words =
        [.. Tests.Concat(SourcesBelow("src")).Concat(SourcesBelow("benchmarks")).SelectMany(source => Word().Matches(source).Select(match => match.Value))];

    [Theory]
    [MemberData(nameof(Documents))]
    public void PathsAndLinks_AreThere(string document)
    {
        var text = File.ReadAllText(Path.Combine(GuideDocument.Root, document));
        var folder = Path.GetDirectoryName(document)!;
        var named = Named().Matches(text).Select(match => match.Groups["path"].Value);
        var linked = Link().Matches(text).Select(match => Path.Combine(folder, match.Groups["path"].Value));
        Assert.Empty(named.Concat(linked).Where(path => !Path.Exists(Path.Combine(GuideDocument.Root, path))).Distinct());
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Tests_AreThere(string document)
    {
        var text = File.ReadAllText(Path.Combine(GuideDocument.Root, document));
        var missing = Test().Matches(text).Where(match => !IsThere(match.Groups["type"].Value, match.Groups["method"].Value));
        Assert.Empty(missing.Select(match => match.Value).Distinct());
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void TypesAndMembers_AreThere(string document)
    {
        var text = Fenced().Replace(File.ReadAllText(Path.Combine(GuideDocument.Root, document)), "");
        Assert.Empty(Name().Matches(text).SelectMany(match => match.Groups["name"].Value.Split('.')).Where(name => !Words.Contains(name)).Distinct());
    }

    [Fact]
    public void Mutants_AreThere()
    {
        var list = File.ReadAllText(Path.Combine(GuideDocument.Root, "tests/mutants/mutants.txt"));
        var listed = Mutant().Matches(list).Select(match => match.Groups["name"].Value);
        var rows = File.ReadLines(Path.Combine(GuideDocument.Root, "docs/reliability.md"))
            .SkipWhile(line => !line.StartsWith("| what they spoil |", StringComparison.Ordinal))
            .TakeWhile(line => line.StartsWith('|'));
        var told = rows.SelectMany(row => Quoted().Matches(row).Select(match => match.Groups["name"].Value)).ToArray();
        Assert.NotEmpty(told);
        Assert.Empty(told.Except(listed));
    }

    /// <summary>The map leaves out arrows that follow from others, and the projects have some of them.</summary>
    [Fact]
    public void Map_IsWhatProjectsReferTo()
    {
        var drawn = Arrow().Matches(File.ReadAllText(Path.Combine(GuideDocument.Root, "docs/architecture.md")))
            .ToDictionary(match => match.Groups["from"].Value, match => match.Groups["to"].Value.Split(" & "));
        var referred = Directory.EnumerateFiles(Path.Combine(GuideDocument.Root, "src"), "*.csproj", SearchOption.AllDirectories).ToDictionary(
            path => Path.GetFileNameWithoutExtension(path),
            path => Reference().Matches(File.ReadAllText(path)).Select(match => match.Groups["name"].Value).ToArray());
        Assert.NotEmpty(drawn);
        Assert.Equal(Reached(referred), Reached(drawn));
    }

    /// <summary>From which project which other one is reached, over others too.</summary>
    private static IEnumerable<string> Reached(Dictionary<string, string[]> arrows)
    {
        IEnumerable<string> From(string project) => arrows.GetValueOrDefault(project, []).SelectMany(next => From(next).Prepend(next));
        return arrows.Keys.SelectMany(project => From(project).Select(other => $"{project} → {other}")).Distinct().Order(StringComparer.Ordinal);
    }

    private static IEnumerable<string> SourcesBelow(string folder) =>
        Directory.EnumerateFiles(Path.Combine(GuideDocument.Root, folder), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText);

    /// <summary>The method may be one of a suite that the class derives from.</summary>
    private static bool IsThere(string type, string method) =>
        Array.Exists(Tests, source => Regex.IsMatch(source, $@"\bclass {type}\b"))
        && (method.Length == 0 || Array.Exists(Tests, source => source.Contains($" {method}(", StringComparison.Ordinal)));

    [GeneratedRegex(@"`(?<path>(src|tests|docs|samples|benchmarks)/[\w./-]*\w)")]
    private static partial Regex Named();

    [GeneratedRegex(@"\]\((?<path>[^)#:]+)(#[^)]*)?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\b(?<type>[A-Z]\w+Tests)\b(?!/)(\.(?!cs\b|dll\b)(?<method>[A-Z]\w+))?")]
    private static partial Regex Test();

    [GeneratedRegex(@"^```.*?^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fenced();

    [GeneratedRegex(@"`(?<name>[A-Z][a-z]+([A-Z][a-z]*)+(\.[A-Z]\w+)?)`")]
    private static partial Regex Name();

    [GeneratedRegex(@"`(?<name>[^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^mutant (?<name>\S+)$", RegexOptions.Multiline)]
    private static partial Regex Mutant();

    [GeneratedRegex(@"[A-Za-z_]\w*")]
    private static partial Regex Word();

    [GeneratedRegex(@"^ +(?<from>[A-Z]\w+) --> (?<to>[A-Z]\w+( & [A-Z]\w+)*)$", RegexOptions.Multiline)]
    private static partial Regex Arrow();

    [GeneratedRegex(@"<ProjectReference Include=""\.\./\w+/(?<name>\w+)\.csproj""")]
    private static partial Regex Reference();
}
