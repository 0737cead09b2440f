using VideoGen.Cluster.Tests.Processes;

namespace VideoGen.Cluster.Tests;

/// <summary>Who may read what a run leaves behind, and what of it would be there after the power failed.</summary>
public sealed class PrivateFileTests : IDisposable
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("sqlite")]
    [InlineData("files")]
    public async Task WhatARunKeepsIsItsUsersAndTheVideoIsAsOpenAsAnyFile(string store)
    {
        var data = _folder.File("new/parent/data");
        var document = _folder.Write("note.md", Documents.Note);
        var video = _folder.File("note.mp4");
        var trace = _folder.File("trace");

        await using var run = new VideoGenCommand(data).Start(
            ["run", document, "-o", video, "--size", "320x240", "--store", store],
            under: ["strace", "-f", "--seccomp-bpf", "-qq", "-y", "-e", "trace=fsync,rename", "-e", "signal=none", "-o", trace]);

        Assert.True(await run.WaitForExitAsync() == 0, run.Output);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(data));
        Assert.All(
            Directory.EnumerateFileSystemEntries(data, "*", SearchOption.AllDirectories),
            path => Assert.True((File.GetUnixFileMode(path) & Others) == 0, $"{path}: {File.GetUnixFileMode(path)}"));
        Assert.Equal(File.GetUnixFileMode(document), File.GetUnixFileMode(video));

        var calls = await File.ReadAllLinesAsync(trace, TestContext.Current.CancellationToken);
        var synced = Array.FindIndex(calls, call => Is(call, "fsync", "/.note.mp4."));
        var renamed = Array.FindIndex(calls, call => Is(call, "rename", $"\"{video}\""));
        var named = Array.FindLastIndex(calls, call => Is(call, "fsync", $"<{_folder.Path}>"));
        Assert.True(synced >= 0 && synced < renamed && renamed < named, $"Synced at {synced}, renamed at {renamed}, the folder synced at {named}.");
        Assert.All(
            [_folder.Path, _folder.File("new"), _folder.File("new/parent"), data],
            folder => Assert.Contains(calls, call => Is(call, "fsync", $"<{folder}>")));
    }

    [Fact]
    public async Task TheModeOfAFolderThatIsThereIsItsOwnersChoice()
    {
        const UnixFileMode Shared =
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;
        var data = Directory.CreateDirectory(_folder.File("data")).FullName;
        File.SetUnixFileMode(data, Shared);

        Assert.Equal(0, (await new VideoGenCommand(data).RunAsync("import", Directory.CreateDirectory(_folder.File("none")).FullName)).ExitCode);

        Assert.Equal(Shared, File.GetUnixFileMode(data));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(data, "tasks.db")));
    }

    private static bool Is(string call, string name, string argument) =>
        call.Contains($"{name}(", StringComparison.Ordinal) && call.Contains(argument, StringComparison.Ordinal);
}
