using System.Text.Json;
using VideoGen.Cluster.Tests.Processes;

namespace VideoGen.Cluster.Tests;

/// <summary>
/// <c>videogen rehearse</c>, with few processes and for a minute. How verdicts turn is tried with doctored histories in the tests of the command.
/// </summary>
public sealed class RehearsalTests
{
    /// <summary>A minute of blows, the start of the cluster before it, and what is waited for after it, none of which is fast on a busy machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    [Fact]
    public async Task EveryPromiseIsKeptAndNothingIsLeft()
    {
        using var folder = new TemporaryFolder();
        var temporary = Directory.CreateDirectory(folder.File("tmp")).FullName;
        var videogen = new VideoGenCommand(folder.File("data"), new Dictionary<string, string> { ["TMPDIR"] = temporary });

        await using var rehearsal = videogen.Start("rehearse", "--for", "60s", "--silos", "2", "--workers", "3", "--seed", "3", "--json");

        Assert.True(await rehearsal.WaitForExitAsync(Patience) == 0, rehearsal.Output);
        using var report = JsonDocument.Parse(rehearsal.Output);
        var promises = report.RootElement.GetProperty("promises").EnumerateArray().ToList();
        Assert.Equal(Enumerable.Range(1, 10).Select(number => $"T{number}"), promises.Select(promise => promise.GetProperty("promise").GetString()));
        Assert.All(promises, promise => Assert.Equal("kept", promise.GetProperty("verdict").GetString()));
        Assert.NotEmpty(report.RootElement.GetProperty("timeline").EnumerateArray());
        Assert.Empty(Directory.EnumerateDirectories(temporary, "videogen-rehearsal-*"));
    }
}
