using System.Collections.Immutable;
using VideoGen.Client.Stages;
using VideoGen.Tasks;
using VideoGen.Tasks.State;

namespace VideoGen.Stages.Programs;

/// <summary>What a program left in its folder <c>out</c>, taken once nothing of the program is at work any more.</summary>
internal static class ProgramArtifacts
{
    private const string Code = "program.output";

    /// <summary>Takes all or nothing. A name that begins with a dot is for what the program has not finished, and is left.</summary>
    /// <exception cref="StageFailedException">Something there is no file of the program's own.</exception>
    public static async Task<ImmutableArray<Artifact>> CollectAsync(StageContext context, ProgramFolder folder, CancellationToken cancellationToken)
    {
        var files = Check(context, folder.OutFolder);
        var artifacts = ImmutableArray.CreateBuilder<Artifact>(files.Length);
        foreach (var file in files)
        {
            artifacts.Add(await context.SaveArtifactAsync(file.Name, file.FullName, MediaTypes.Of(file.Name), cancellationToken).ConfigureAwait(false));
        }

        return artifacts.MoveToImmutable();
    }

    private static FileInfo[] Check(StageContext context, string folder)
    {
        var root = new DirectoryInfo(folder);
        if (!root.Exists || root.LinkTarget is not null)
        {
            throw Refused(context, "took away its folder out, or put a link in its place");
        }

        var files = new List<FileInfo>();
        foreach (var entry in root.EnumerateFileSystemInfos().Where(entry => entry.Name[0] != '.').OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            if (files.Count == Limits.MaxArtifacts)
            {
                throw Refused(context, $"left more than {Limits.MaxArtifacts} files in out; pack some of them into one");
            }

            files.Add(Check(context, entry));
        }

        return [.. files];
    }

    private static FileInfo Check(StageContext context, FileSystemInfo entry)
    {
        var name = NameOf(entry);
        if (entry.LinkTarget is not null)
        {
            throw Refused(context, $"left the link out/{name}, which may lead out of its folder; copy the file itself there");
        }

        if (entry is not FileInfo file)
        {
            throw Refused(context, $"left the folder out/{name}; only files right in out are taken, so pack it into one");
        }

        if (file.Name.AsSpan().IndexOfAny('\\', ':') >= 0 || name != file.Name)
        {
            throw Refused(context, $"left out/{name}, whose name has a colon, a backslash or a control character");
        }

        return IsPlain(file.FullName) ? file : throw Refused(context, $"left out/{name}, which is no file but a pipe, a socket or a device");
    }

    private static bool IsPlain(string path)
    {
        try
        {
            using var file = Files.RegularFile.OpenRead(path);
            return true;
        }
        catch (IOException exception) when (exception is not FileNotFoundException)
        {
            return false;
        }
    }

    private static string NameOf(FileSystemInfo entry) => string.Concat(entry.Name.Select(c => char.IsControl(c) ? '?' : c));

    /// <summary>What the program left is not taken.</summary>
    public static StageFailedException Refused(StageContext context, string what) => new(
        Code,
        $"The program of stage {context.StageName} of task {context.TaskId} ended well, but {what}. Nothing of it was taken. "
        + "Mend the program, then retry the task.");
}
