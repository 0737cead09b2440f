namespace VideoGen.Files.Tests;

public sealed class DurableFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("videogen-tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task OfManyThatPublishAtOnceTheFirstOnesFileStays()
    {
        for (var round = 0; round < 100; round++)
        {
            var path = Path.Combine(_folder, $"round-{round}");
            using var start = new Barrier(4);
            var published = await Task.WhenAll(Enumerable.Range(0, start.ParticipantCount).Select(writer => Task.Factory.StartNew(
                () =>
                {
                    var temporary = $"{path}-{writer}";
                    File.WriteAllText(temporary, $"{writer}");
                    start.SignalAndWait();
                    return DurableFile.TryPublish(temporary, path) ? File.ReadAllText(path) : null;
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)));

            var first = Assert.Single(published.OfType<string>());
            Assert.Equal(first, File.ReadAllText(path));
            Assert.False(File.Exists($"{path}-{first}"));
            Assert.Equal(3, Directory.GetFiles(_folder, $"round-{round}-*").Length);
        }
    }

    [Fact]
    public void WhatCannotBePublishedIsAnError()
    {
        var temporary = Path.Combine(_folder, "temporary");
        File.WriteAllText(temporary, "");

        Assert.ThrowsAny<IOException>(() => DurableFile.TryPublish(temporary, Path.Combine(_folder, "missing", "name")));
        Assert.True(File.Exists(temporary));
    }
}
