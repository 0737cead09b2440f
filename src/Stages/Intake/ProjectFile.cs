using System.Collections.Immutable;
using VideoGen.Stages.Documents;

namespace VideoGen.Stages.Intake;

/// <summary>
/// <c>videogen.yaml</c> beside a document or in a folder above it, up to the root of its repository: <c>pronounce</c> says how words of the project are said.
/// </summary>
internal static class ProjectFile
{
    private const int MaxFolders = 12;

    private static readonly string[] Names = ["videogen.yaml", "videogen.yml"];

    /// <exception cref="DocumentException">The file is too large; it is named.</exception>
    public static ImmutableSortedDictionary<string, string>? PronounceFor(string document)
    {
        var own = new DirectoryInfo(Path.GetDirectoryName(Path.GetFullPath(document))!);
        var folders = new List<DirectoryInfo>();
        for (var folder = own; folder is not null && folders.Count < MaxFolders; folder = folder.Parent)
        {
            folders.Add(folder);
            if (Path.Exists(Path.Combine(folder.FullName, ".git")))
            {
                return folders.Select(Find).FirstOrDefault(file => file is not null) is { } found ? Read(found) : null;
            }
        }

        // Outside of a repository, a folder above may be anybody's.
        return Find(own) is { } beside ? Read(beside) : null;
    }

    private static FileInfo? Find(DirectoryInfo folder) => Names.Select(name => new FileInfo(Path.Combine(folder.FullName, name)))
        .FirstOrDefault(file => file is { Exists: true, LinkTarget: null });

    private static ImmutableSortedDictionary<string, string>? Read(FileInfo file)
    {
        if (file.Length > FrontMatter.MaxLength)
        {
            throw new DocumentException("document.project", $"{file.FullName} has {file.Length:N0} bytes; {FrontMatter.MaxLength:N0} are the most.");
        }

        // The same reader as for a head, so that the same bounds hold.
        var (front, _) = FrontMatter.Split($"---\n{DocumentText.Normalize(File.ReadAllText(file.FullName)).Trim('\n', '-', ' ')}\n---\n", file.Name);
        return front.Pronounce.IsEmpty ? null : front.Pronounce;
    }
}
