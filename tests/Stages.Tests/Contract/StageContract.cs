using VideoGen.Client.Stages;
using VideoGen.Tasks;

namespace VideoGen.Stages.Tests.Contract;

/// <summary>
/// What every stage owes to its worker, whatever it does. A suite for a stage derives from this one and says how the stages before it get done.
/// </summary>
public abstract class StageContract : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    private protected StageBench Bench { get; } = new();

    public void Dispose()
    {
        Bench.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The stage under test; one instance serves a whole process.</summary>
    protected abstract IStage Create();

    /// <summary>Makes the input and the artifacts that the stage needs.</summary>
    protected abstract Task PrepareAsync();

    /// <summary>The unit that the stage works on, for a member of a group.</summary>
    protected virtual string? Unit => null;

    /// <summary>A stage whose artifacts this one cannot do without; null where it needs the task's input only.</summary>
    protected abstract string? Needed { get; }

    /// <summary>An artifact that lists where this attempt stored the others, and so differs from attempt to attempt.</summary>
    protected virtual string? Listing => null;

    private string StageName(IStage stage) => Unit is null ? stage.Kind : $"{stage.Kind}:{Unit}";

    [Fact]
    public async Task ItMakesArtifactsWithPlainNames()
    {
        await PrepareAsync();
        var result = await RunAsync(Create());

        Assert.NotEmpty(result.Artifacts);
        Assert.Equal(result.Artifacts.Length, result.Artifacts.Select(artifact => artifact.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.InRange(result.Artifacts.Length, 1, Limits.MaxArtifacts);
        Assert.All(result.Artifacts, artifact =>
        {
            Assert.Matches("^[a-z0-9][a-z0-9._-]*$", artifact.Name);
            Assert.Matches("^[a-z]+/[a-z0-9.+-]+$", artifact.MediaType);
            Assert.True(artifact.Length > 0, $"{artifact.Name} is empty.");
        });
    }

    [Fact]
    public async Task ItReportsProgressThatRisesToOneInWordsForAPerson()
    {
        await PrepareAsync();
        var progress = new List<(double Fraction, string Message)>();
        await RunAsync(Create(), (fraction, message) =>
        {
            lock (progress)
            {
                progress.Add((fraction, message));
            }
        });

        Assert.NotEmpty(progress);
        Assert.Equal(progress.Select(report => report.Fraction).Order(), progress.Select(report => report.Fraction));
        Assert.All(progress, report => Assert.InRange(report.Fraction, 0.0, 1.0));
        Assert.Equal(1.0, progress[^1].Fraction);
        Assert.All(progress, report =>
        {
            Assert.True(report.Message.Any(char.IsLetter), $"'{report.Message}' says nothing.");
            Assert.DoesNotContain(Bench.Root, report.Message, StringComparison.Ordinal);
            Assert.InRange(report.Message.Length, 1, 200);
        });
    }

    [Fact]
    public async Task TheSameInputGivesTheSameArtifacts()
    {
        await PrepareAsync();
        var stage = Create();

        Assert.Equal(Contents(await RunAsync(stage)), Contents(await RunAsync(stage)));
    }

    [Fact]
    public async Task TwoAtTheSameTimeMakeWhatEachMakesAlone()
    {
        await PrepareAsync();
        var stage = Create();
        var alone = Contents(await RunAsync(stage));
        var together = await Task.WhenAll(Task.Run(() => RunAsync(stage)), Task.Run(() => RunAsync(stage)))
            .WaitAsync(Soon, TestContext.Current.CancellationToken);

        Assert.All(together, result => Assert.Equal(alone, Contents(result)));
    }

    [Fact]
    public async Task ACancelledTaskEndsIt()
    {
        await PrepareAsync();
        var stage = Create();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => stage.ExecuteAsync(Bench.CreateContext(StageName(stage)), cancelled.Token).WaitAsync(Soon, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task CancellingInItsMidstEndsItAndLeavesNothingHalfStored()
    {
        await PrepareAsync();
        var stage = Create();
        using var cancelled = new CancellationTokenSource();
        var context = Bench.CreateContext(StageName(stage), onProgress: (_, _) => cancelled.Cancel());

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => stage.ExecuteAsync(context, cancelled.Token).WaitAsync(Soon, TestContext.Current.CancellationToken));
        var folder = Bench.Store.Resolve(context.ArtifactFolder);
        Assert.Empty(Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.tmp", SearchOption.AllDirectories) : []);
    }

    [Fact]
    public async Task WithoutAnArtifactThatItNeedsItSaysWhichStageMissesWhat()
    {
        await PrepareAsync();
        if (Needed is not { } needed)
        {
            return;
        }

        Bench.Forget(needed);
        var stage = Create();

        var failure = await Assert.ThrowsAsync<StageFailedException>(() => RunAsync(stage));
        Assert.Equal("artifact.missing", failure.Code);
        Assert.Contains(StageName(stage), failure.Message, StringComparison.Ordinal);
        Assert.Contains(needed, failure.Message, StringComparison.Ordinal);
        Assert.False(failure.Retryable);
    }

    [Fact]
    public async Task ItWritesNowhereButIntoItsFolders()
    {
        await PrepareAsync();
        var stage = Create();
        var context = Bench.CreateContext(StageName(stage));
        var before = Files();
        await stage.ExecuteAsync(context, TestContext.Current.CancellationToken);
        var own = Bench.Store.Resolve(context.ArtifactFolder);

        Assert.All(Files().Except(before), file => Assert.True(
            file.StartsWith(own, StringComparison.Ordinal) || file.StartsWith(context.WorkingDirectory, StringComparison.Ordinal),
            $"{file} is outside of the attempt's folders."));
    }

    private HashSet<string> Files() =>
        [.. Directory.EnumerateFiles(Bench.Root, "*", SearchOption.AllDirectories), .. Directory.EnumerateFiles(Directory.GetCurrentDirectory())];

    private Task<StageResult> RunAsync(IStage stage, Action<double, string>? onProgress = null) =>
        stage.ExecuteAsync(Bench.CreateContext(StageName(stage), onProgress: onProgress), TestContext.Current.CancellationToken);

    private List<(string Name, string Sha256)> Contents(StageResult result) =>
        [.. result.Artifacts.Where(artifact => artifact.Name != Listing).Select(artifact => (artifact.Name, artifact.Sha256))];
}
