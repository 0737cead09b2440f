using VideoGen.Cli.Rehearsal.Clusters;
using VideoGen.Cli.Rehearsal.Processes;

namespace VideoGen.Cli.Tests.Rehearsal;

public sealed class SiloStartTests : IAsyncDisposable
{
    private const string Up = "echo 'The silo is up'; sleep 600";
    private const string ToldDead = "echo 'I have been told I am dead, so this silo will stop!'; exit 134";
    private const string Failing = "echo 'no disk'; exit 5";

    private readonly List<ChildProcess> _started = [];

    [Theory]
    [InlineData(1, Up)]
    [InlineData(2, ToldDead, Up)]
    [InlineData(3, ToldDead, ToldDead, Up)]
    public async Task ASiloThatIsDeclaredDeadWhileItComesUpIsStartedAgain(int starts, params string[] silos)
    {
        var silo = await SiloStart.UntilUpAsync(() => Start(silos));

        Assert.Equal(starts, _started.Count);
        Assert.Same(_started[^1], silo);
    }

    [Theory]
    [InlineData(3, "told I am dead", ToldDead, ToldDead, ToldDead, Up)]
    [InlineData(1, "no disk", Failing, Up)]
    public async Task OneThatDoesNotComeUpIsAnErrorWithItsWords(int starts, string words, params string[] silos)
    {
        var surprise = await Assert.ThrowsAsync<InvalidOperationException>(() => SiloStart.UntilUpAsync(() => Start(silos)));

        Assert.Contains(words, surprise.Message, StringComparison.Ordinal);
        Assert.Equal(starts, _started.Count);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _started)
        {
            await process.DisposeAsync();
        }
    }

    private ChildProcess Start(string[] silos)
    {
        _started.Add(new ChildProcess("sh", ["-c", silos[_started.Count]]));
        return _started[^1];
    }
}
