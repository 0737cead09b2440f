using VideoGen.Cluster.Tests.Processes;

namespace VideoGen.Cluster.Tests;

/// <summary>A run that is killed again and again at the same stage, by nobody but the person at the keyboard.</summary>
public sealed class KilledRunTests
{
    private const int Kills = 8;

    [Fact]
    public async Task ARunThatIsKilledEightTimesAtOneStageStillCompletes()
    {
        using var folder = new TemporaryFolder();
        var videogen = new VideoGenCommand(folder.File("data"));
        var document = folder.Write("note.md", Documents.Note);
        var tools = SlowTools.Create(folder);
        string[] command = ["run", document, "-o", folder.File("note.mp4"), "--size", "640x360"];

        for (var i = 0; i < Kills; i++)
        {
            await using var killed = videogen.Start(command, settings: tools.Settings);
            await tools.WaitForWorkAsync(killed);
            await killed.KillAsync();
        }

        tools.Release();
        await using var last = videogen.Start(command, settings: tools.Settings);

        Assert.True(await last.WaitForExitAsync() == 0, last.Output);
        await Probe.AssertVideoAsync(folder.File("note.mp4"));
    }
}
