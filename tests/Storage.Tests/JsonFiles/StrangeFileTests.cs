using VideoGen.Storage.JsonFiles;
using VideoGen.Storage.Records;
using VideoGen.Storage.Tests.Running;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.Tests.JsonFiles;

/// <summary>What else may lie in the folder of a store, under the name of a task: it is that task's misfortune, and nobody else's.</summary>
public sealed class StrangeFileTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("pipe")]
    [InlineData("broken link")]
    [InlineData("link to a folder")]
    [InlineData("folder")]
    public async Task TheOtherTasksAreListedReadAndWritten(string kind)
    {
        using (var maker = JsonFileStores.Open(_folder.Path))
        {
            await maker.WriteAsync(Samples.Document("good"));
        }

        Put(kind, _folder.File("bad.json"));
        await Task.Run(LookAsync).WaitAsync(Patience);
        await Task.Run(UseAsync).WaitAsync(Patience);

        async Task LookAsync()
        {
            using var reader = await JsonFileStores.OpenReaderAsync(_folder.Path);
            Assert.Equal("good", Assert.Single((await reader.Index.QueryAsync(new TaskQuery())).Tasks).TaskId.Value);
            await AskForTheBadOneAsync(async () => (await reader.ReadAsync(TaskId.Parse("bad"))) is not null);
        }

        async Task UseAsync()
        {
            using var host = JsonFileStores.Open(_folder.Path);
            Assert.Equal(1, (await host.Index.CountAsync(new TaskQuery())).Total);
            await host.WriteAsync(Samples.Document("good", 2), (await host.ReadAsync("good")).ETag);
            await host.WriteAsync(Samples.Document("new"));
            await AskForTheBadOneAsync(async () => (await host.ReadAsync("bad")).RecordExists);
        }
    }

    [Fact]
    public async Task APipeInThePlaceOfTheNoteOfTheOwnerKeepsNobodyOut()
    {
        Pipe.Make(_folder.File(".videogen.owner"));
        using var host = await Task.Run(() => JsonFileStores.Open(_folder.Path)).WaitAsync(Patience);
        await Task.Run(() => host.WriteAsync(Samples.Document("demo"))).WaitAsync(Patience);
    }

    [Fact]
    public async Task FilesAndTheirFolderAreForTheirOwnerAlone()
    {
        var place = _folder.File("state");
        using var host = JsonFileStores.Open(place);
        await host.WriteAsync(Samples.Document("demo"));
        string[] made = [place, .. Directory.GetFiles(place, "*.json")];
        Assert.All(made, path => Assert.True(TempFolder.IsForItsOwnerAlone(path), path));
    }

    [Theory]
    [InlineData("../../x")]
    [InlineData("")]
    [InlineData("a/b")]
    public void WhatIsNoIdHasNoFileName(string id) => Assert.Throws<ArgumentException>(() => RecordFileNames.OfTask(id));

    private static async Task AskForTheBadOneAsync(Func<Task<bool>> exists)
    {
        try
        {
            Assert.False(await exists());
        }
        catch (StoreException exception)
        {
            Assert.Contains("bad", exception.Message, StringComparison.Ordinal);
        }
    }

    private void Put(string kind, string path)
    {
        switch (kind)
        {
            case "pipe":
                Pipe.Make(path);
                break;
            case "broken link":
                File.CreateSymbolicLink(path, _folder.File("nothing"));
                break;
            case "link to a folder":
                File.CreateSymbolicLink(path, "/");
                break;
            default:
                Directory.CreateDirectory(path);
                break;
        }
    }
}
