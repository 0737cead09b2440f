using System.Text.RegularExpressions;

namespace VideoGen.Client.Tests.Guide;

/// <summary>What the documents name is there: files and folders, links, and the tests that are said to try something.</summary>
public sealed partial class DocumentTests
{
    public static TheoryData<string> Documents { get; } =
    [
        "README.md",
        "CONTRIBUTING.md",
        .. Directory.EnumerateFiles(Path.Combine(GuideDocument.Root, "docs"), "*.md").Select(path => $"docs/{Path.GetFileName(path)}"),
    ];

    private static readonly string[] Sources =
        [.. Directory.EnumerateFiles(Path.Combine(GuideDocument.Root, "tests"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText)];

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

    /// <summary>The method may be one of a suite that the class derives from.</summary>
    private static bool IsThere(string type, string method) =>
        Array.Exists(Sources, source => Regex.IsMatch(source, $@"\bclass {type}\b"))
        && (method.Length == 0 || Array.Exists(Sources, source => source.Contains($" {method}(", StringComparison.Ordinal)));

    [GeneratedRegex(@"`(?<path>(src|tests|docs|samples|benchmarks)/[\w./-]*\w)")]
    private static partial Regex Named();

    [GeneratedRegex(@"\]\((?<path>[^)#:]+)(#[^)]*)?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\b(?<type>[A-Z]\w+Tests)\b(?!/)(\.(?!cs\b|dll\b)(?<method>[A-Z]\w+))?")]
    private static partial Regex Test();
}
