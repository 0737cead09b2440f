using System.Text.RegularExpressions;

namespace VideoGen.House.Tests;

/// <summary>
/// No folder of a project uses one that uses it, directly or around a corner, so that each can be read from what is below it. A file uses a folder when it
/// names one of its top-level types; where two folders have a type of one name, the namespaces that the file imports say which is meant.
/// </summary>
public sealed partial class FolderRingTests
{
    [Theory]
    [InlineData("Tasks")]
    [InlineData("Files")]
    [InlineData("Grains")]
    [InlineData("Client")]
    public void FoldersOfAProjectMakeNoRing(string project)
    {
        var arrows = ArrowsOf(project);
        Assert.True(project == "Files" || arrows.Count > 1, $"No folder of {project} was seen to use another one; that can't be right.");

        var rings = arrows.Keys.Where(folder => Reachable(arrows, folder).Contains(folder)).Order(StringComparer.Ordinal).ToList();

        Assert.True(rings.Count == 0, $"Folders of src/{project} use each other in a ring:\n" + string.Join('\n', Within(arrows, rings)));
    }

    private static Dictionary<string, Dictionary<string, string>> ArrowsOf(string project)
    {
        var files = Repository.Sources($"src/{project}", ".cs", ".razor").Select(path => SourceFile.Read(path, $"src/{project}")).ToList();
        var homes = files.SelectMany(file => file.Types.Select(type => (type, file.Folder))).ToLookup(home => home.type, home => home.Folder);
        var arrows = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            foreach (var (type, folder) in file.Uses(homes))
            {
                arrows.TryAdd(file.Folder, new(StringComparer.Ordinal));
                arrows[file.Folder].TryAdd(folder, $"{file.Path} names {type}");
            }
        }

        return arrows;
    }

    private static HashSet<string> Reachable(Dictionary<string, Dictionary<string, string>> arrows, string start)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>([start]);
        while (open.TryDequeue(out var folder))
        {
            foreach (var next in arrows.GetValueOrDefault(folder)?.Keys.Where(seen.Add) ?? [])
            {
                open.Enqueue(next);
            }
        }

        return seen;
    }

    private static IEnumerable<string> Within(Dictionary<string, Dictionary<string, string>> arrows, List<string> ring) =>
        from folder in ring
        from arrow in arrows[folder]
        where ring.Contains(arrow.Key)
        select $"  {Named(folder)} -> {Named(arrow.Key)}: {arrow.Value}";

    private static string Named(string folder) => folder.Length == 0 ? "(root)" : folder;

    private sealed partial record SourceFile(string Path, string Folder, HashSet<string> Types, HashSet<string> Words)
    {
        public static SourceFile Read(string path, string project)
        {
            var code = CommentOrText().Replace(Repository.Read(path), " ");
            var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetRelativePath(project, path)) ?? "";
            var types = Declaration().Matches(code).Select(match => match.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
            if (path.EndsWith(".razor", StringComparison.Ordinal))
            {
                types.Add(System.IO.Path.GetFileNameWithoutExtension(path));
            }

            return new SourceFile(path, folder, types, [.. Word().Matches(code).Select(match => match.Value)]);
        }

        /// <summary>Types of other folders; a name that its own folder has too is its own.</summary>
        public IEnumerable<(string Type, string Folder)> Uses(ILookup<string, string> homes) =>
            from word in Words
            where homes.Contains(word) && !homes[word].Contains(Folder)
            from folder in homes[word].Distinct()
            select (word, folder);

        [GeneratedRegex("""//[^\n]*|/\*.*?\*/|@\*.*?\*@|(?<![$"])"(?:\\.|[^"\\\n])*"(?!")""", RegexOptions.Singleline)]
        private static partial Regex CommentOrText();

        [GeneratedRegex(@"^(?:public |internal |file )?(?:static |sealed |abstract |readonly |partial |ref |unsafe )*(?:class|struct|interface|enum|record struct|record class|record|delegate \S+) (?<name>\w+)", RegexOptions.Multiline)]
        private static partial Regex Declaration();

        [GeneratedRegex(@"\b[A-Z]\w*\b")]
        private static partial Regex Word();
    }
}
