using System.Reflection;
using System.Text.RegularExpressions;

namespace VideoGen.House.Tests;

/// <summary>No folder of a project uses one that uses it, directly or around a corner, so that each can be read from what is below it.</summary>
public sealed partial class FolderRingTests
{
    [Theory]
    [InlineData("Tasks", 8)]
    [InlineData("Grains", 5)]
    [InlineData("Storage", 6)]
    [InlineData("Client", 5)]
    [InlineData("Stages", 9)]
    [InlineData("Silo", 8)]
    [InlineData("Cli", 4)]
    public void FoldersOfAProjectMakeNoRing(string project, int folders)
    {
        var assembly = Assembly.Load(project == "Cli" ? "videogen" : "VideoGen." + project);
        var uses = FolderRings.UsesOf(assembly);
        Assert.True(
            uses.Keys
                .SelectMany(use => new[] { use.From, use.To })
                .Where(name => name.StartsWith("VideoGen.", StringComparison.Ordinal))
                .Distinct()
                .Count() >= folders,
            $"Fewer than {folders} folders of {project} were seen to use each other; the search has missed some.");

        var rings = FolderRings.Among(uses);
        Assert.True(rings.Count == 0, string.Join('\n', rings));
    }

    [Fact]
    public void ARingAroundACornerIsFound()
    {
        var uses = new Dictionary<(string From, string To), string> { [("a", "b")] = "1", [("b", "c")] = "2", [("c", "a")] = "3", [("c", "d")] = "4" };

        Assert.Equal(["1, and b leads back to a", "2, and c leads back to b", "3, and a leads back to c"], FolderRings.Among(uses));
    }

    /// <summary>Each folder of the stages stands there, with all that it knows, below what it knows.</summary>
    [Fact]
    public void TheTableOfTheStagesIsTrue()
    {
        var rows = TableRow().Matches(Repository.Read("docs/stages.md"))
            .Select(row => (Folder: row.Groups["folder"].Value, Known: Name().Matches(row.Groups["known"].Value).Select(name => name.Groups["name"].Value)))
            .ToList();
        var sources = Repository.Sources("src/Stages", ".cs").Where(path => path.Split('/').Length > 3).ToList();
        var folders = sources.Select(path => path.Split('/')[2]).Distinct();
        var uses = sources
            .SelectMany(path => Use().Matches(Repository.Read(path)).Select(use => (From: path.Split('/')[2], To: use.Groups["folder"].Value)))
            .Where(use => use.From != use.To)
            .Distinct()
            .ToLookup(use => use.From, use => use.To);

        Assert.Equal(folders.Order(), rows.Select(row => row.Folder).Order());
        var above = new HashSet<string>();
        foreach (var (folder, known) in rows)
        {
            Assert.True(uses[folder].Order().SequenceEqual(known.Order()), $"{folder} knows {string.Join(", ", uses[folder].Order())}.");
            Assert.True(above.IsSupersetOf(known), $"{folder} stands above what it knows.");
            above.Add(folder);
        }
    }

    /// <summary>A namespace that is not the folder would hide a ring.</summary>
    [Fact]
    public void ANamespaceIsItsFolder()
    {
        var wrong = from path in Repository.Sources("src", ".cs")
                    let line = Repository.Read(path).Split('\n').FirstOrDefault(line => line.StartsWith("namespace ", StringComparison.Ordinal))
                    where line is not null
                    let expected = "VideoGen." + string.Join('.', Path.GetDirectoryName(path)!.Split('/', '\\').Skip(1))
                    where line.Trim() != $"namespace {expected};"
                    select $"{path}: {line.Trim()}";

        Assert.Empty(wrong);
    }

    [GeneratedRegex(@"^\| `(?<folder>[A-Z]\w+)` \| [^|]+ \| (?<known>[^|]+) \|$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex TableRow();

    [GeneratedRegex("`(?<name>\\w+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex Name();

    [GeneratedRegex(@"^using VideoGen\.Stages\.(?<folder>\w+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Use();
}
