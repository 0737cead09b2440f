using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using VideoGen.Client.Tasks;
using VideoGen.Silo.Api;
using VideoGen.Silo.Api.Watching;
using VideoGen.Silo.Dashboard.OneTask;
using VideoGen.Tasks;

namespace VideoGen.Silo.Tests.Dashboard;

[Collection(SharedSilo.Name)]
public sealed class TaskSourceTests(SiloApplication app)
{
    /// <summary>A page that was open for a task that is not there kept a core busy.</summary>
    [Fact]
    public async Task APageOfATaskThatIsNotThereIsDrawnAgainAfterAWhileAndNotAtOnce()
    {
        var time = new FakeTimeProvider();
        var services = app.Silo.Services;
        await using var source = new TaskSource(
            new TaskView(TaskId.Parse("source-of-nothing"), MayAct: false, Find: null),
            services.GetRequiredService<PipelineClient>(),
            app.Grains,
            services.GetRequiredService<ServedArtifacts>(),
            services.GetRequiredService<FilmReader>(),
            time);
        var drawing = await source.DrawAsync(TestContext.Current.CancellationToken);

        // Begun on a thread of the pool, so that it goes on within the call that moves the clock.
        var again = await Task.Run(() => Task.FromResult(source.WaitAsync(TestContext.Current.CancellationToken)));

        Assert.Equal(404, drawing.Status);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(again.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        await again.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }
}
