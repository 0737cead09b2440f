using System.Globalization;
using System.Text.Json;
using VideoGen.Cluster.Tests.Processes;
using VideoGen.Silo.Hosting;

namespace VideoGen.Cluster.Tests;

/// <summary>Silos, workers and commands that depend on one thing: a PostgreSQL, or the tables of an Azure storage account.</summary>
public sealed class WorldTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task OnPostgresAVideoIsMadeAlthoughOneOfEachIsKilled()
    {
        await using var server = await PostgresServer.StartAsync();
        await AVideoIsMadeAlthoughOneOfEachIsKilledAsync(server.World);
    }

    [Fact]
    public async Task OnAzureAVideoIsMadeAlthoughOneOfEachIsKilled()
    {
        await using var azurite = await AzuriteServer.StartAsync();
        await AVideoIsMadeAlthoughOneOfEachIsKilledAsync(
            new() { ["VIDEOGEN_WORLD"] = "azure", ["VIDEOGEN_AZURE_TABLES"] = AzuriteServer.ConnectionStringAt(azurite.Port) });
    }

    [Theory]
    [InlineData("silo")]
    [InlineData("worker")]
    [InlineData("list")]
    public async Task WithoutADatabaseThereIsOneSentenceAndExitCodeFive(string command)
    {
        var port = FreePort.Take().ToString(CultureInfo.InvariantCulture);
        var videogen = Command(new() { ["VIDEOGEN_POSTGRES"] = $"Host=127.0.0.1;Port={port};Username=u;Password={PostgresServer.Password}" });

        var (exitCode, output) = await videogen.RunAsync(command, "--world", "postgres");

        Assert.Equal(5, exitCode);
        Assert.Equal(
            "videogen: The cluster's list of silos could not be opened: the PostgreSQL database videogen at "
                + $"127.0.0.1:{port} cannot be reached: Connection refused. Does the server run, and are host and port right?",
            output);
    }

    [Fact]
    public async Task AWrongPasswordOrAKeyOfAnotherAccountIsSaidWithoutIt()
    {
        await using var server = await PostgresServer.StartAsync();
        var wrong = server.ConnectionString.Replace(PostgresServer.Password, "wrong-" + PostgresServer.Password, StringComparison.Ordinal);

        var (exitCode, output) = await Command(new() { ["VIDEOGEN_POSTGRES"] = wrong }).RunAsync("silo", "--world", "postgres");

        Assert.Equal(5, exitCode);
        Assert.Contains("refused the user or the password", output, StringComparison.Ordinal);
        Assert.Single(output.Split('\n'));
        Assert.DoesNotContain(PostgresServer.Password, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AWorldWithoutItsConnectionStringSaysWhereThatBelongs()
    {
        var (exitCode, output) = await Command([]).RunAsync("silo", "--world", "azure");
        Assert.Equal(2, exitCode);
        Assert.Contains("VIDEOGEN_AZURE_TABLES, or in a file that VIDEOGEN_AZURE_TABLES_FILE names", output, StringComparison.Ordinal);
    }

    private VideoGenCommand Command(Dictionary<string, string> settings) => new(_folder.File("data"), settings);

    private async Task AVideoIsMadeAlthoughOneOfEachIsKilledAsync(Dictionary<string, string> world)
    {
        var videogen = Command(world);
        var document = _folder.Write("note.md", Documents.Note);
        await using var firstSilo = await videogen.StartSiloAsync("--fast-membership");
        await using var secondSilo = await videogen.StartSiloAsync("--fast-membership");
        await using var firstWorker = videogen.Start("worker", "--concurrency", "1");
        await using var secondWorker = videogen.Start("worker", "--concurrency", "1");
        await firstWorker.WaitForLineAsync("The worker is up");
        await secondWorker.WaitForLineAsync("The worker is up");

        await using var submission = videogen.Start(
            ["submit", document, "--id", "world-note", "--size", "640x360", "--wait", "-o", _folder.File("note.mp4")], _folder.Path);
        await submission.WaitForLineAsync("Synthesis");
        await firstWorker.KillAsync();
        await firstSilo.KillAsync();

        Assert.True(await submission.WaitForExitAsync() == 0, submission.Output + secondSilo.Output + secondWorker.Output);
        await Probe.AssertVideoAsync(_folder.File("note.mp4"));
        var (exitCode, shown) = await videogen.RunAsync("show", "world-note", "--json");
        Assert.True(exitCode == 0, shown);
        using var task = JsonDocument.Parse(shown);
        Assert.All(
            task.RootElement.GetProperty("task").GetProperty("stages").EnumerateObject(),
            stage => Assert.Equal("completed", stage.Value.GetProperty("status").GetString()));
    }
}
