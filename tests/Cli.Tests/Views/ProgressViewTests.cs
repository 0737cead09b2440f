using Microsoft.Extensions.Time.Testing;
using Spectre.Console.Testing;
using VideoGen.Cli.Views;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Tests.Views;

/// <summary>What is said while a task runs, to the letter.</summary>
public sealed class ProgressViewTests : IDisposable
{
    private readonly TestConsole _console = new TestConsole().Width(100);

    public void Dispose() => _console.Dispose();

    [Fact]
    public async Task PlainProgressIsALineForEachThingThatHappens()
    {
        var view = new PlainProgressView(_console, new FakeTimeProvider(TestTasks.Now));

        await view.FollowAsync(show =>
        {
            show(TestTasks.AtWork);
            show(TestTasks.AtWork);
            show(TestTasks.Failed);
            return Task.FromResult(0);
        });

        AssertOutput("""
            Preparation: completed in 0:01
            Scenes: completed in 0:02
            Narration: completed in 0:02
            Synthesis: 70 % (1 of 2 scenes; Speaking sentence 2 of 5)
            warning: Scene 3: the picture 'gone.png' is missing.
            """);
    }

    [Fact]
    public async Task ProgressAfterARetryDoesNotRepeatFormerWarnings()
    {
        var view = new PlainProgressView(_console, new FakeTimeProvider(TestTasks.Now));
        var task = TestTasks.AtWork with { Stages = StageMap.Empty, FormerWarnings = 1 };

        await view.FollowAsync(show =>
        {
            show(task);
            show(task with { Warnings = [.. task.Warnings, "new"] });
            return Task.FromResult(0);
        });

        AssertOutput("warning: new");
    }

    [Fact]
    public void LiveProgressIsARowForEachStage()
    {
        _console.Write(new LiveProgressView(_console, new FakeTimeProvider(TestTasks.Now)).Render(TestTasks.Failed));

        AssertOutput("""
            ✓ Preparation   ━━━━━━━━━━━━━━━━━━━━━━━━ 100 %  0:01  Adapting input source
            ✓ Scenes        ━━━━━━━━━━━━━━━━━━━━━━━━ 100 %  0:02  Parsing scene 2/2
            ✓ Narration     ━━━━━━━━━━━━━━━━━━━━━━━━ 100 %  0:02  2 of 2 scenes
            ▸ Synthesis     ━━━━━━━━━━━━━━━━━───────  70 %  1:10  1 of 2 scenes; scene-002: The voice is �[31…
            · Finalization  ────────────────────────   0 %
            """);
    }

    private void AssertOutput(string expected) =>
        Assert.Equal(
            expected.ReplaceLineEndings("\n"),
            string.Join('\n', _console.Output.ReplaceLineEndings("\n").TrimEnd().Split('\n').Select(line => line.TrimEnd())));
}
