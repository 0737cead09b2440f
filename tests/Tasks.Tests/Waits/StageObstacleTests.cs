using System.Reflection;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Waits;
using static VideoGen.Tasks.Tests.Situations;

namespace VideoGen.Tasks.Tests.Waits;

/// <summary>The words for each obstacle. There is none for what is not known, and none may be without its words.</summary>
public sealed class StageObstacleTests
{
    private static readonly QueuePause Paused = new("default", "ada", "vendor down", Start, Start.AddHours(1));

    private static readonly (ObstacleKind Kind, StageObstacle Obstacle, string Sentence)[] Catalogue =
    [
        (ObstacleKind.TaskPaused, StageObstacle.TaskPaused(Start), "The task is paused since 2026-01-01 12:00:00Z."),
        (ObstacleKind.TaskPaused, StageObstacle.TaskPaused(null), "The task is paused."),
        (ObstacleKind.TaskEnded, StageObstacle.TaskEnded(RunStatus.Failed), "The task is failed."),
        (ObstacleKind.AtWork, StageObstacle.AtWork("render-7"), "Worker render-7 is doing it."),
        (ObstacleKind.Group, StageObstacle.Group(), "It is a group, of which only the members are started."),
        (ObstacleKind.Ended, StageObstacle.Ended(RunStatus.Completed), "It is completed."),
        (ObstacleKind.Aborted, StageObstacle.Aborted("audio"), "Critical stage audio failed, so nothing more of the task is started."),
        (ObstacleKind.Dependency, StageObstacle.Dependency("audio", Of(RunStatus.Pending, RunStatus.Pending).Stages[0]),
            "It waits for stage audio, which is pending."),
        (ObstacleKind.Dependency, StageObstacle.Dependency("audio", Of(RunStatus.Running, RunStatus.Running).Stages[0]),
            "It waits for stage audio, which is running (50 % on worker-1)."),
        (ObstacleKind.Dependency, StageObstacle.Dependency("audio", null), "It waits for stage audio, which the task does not have."),
        (ObstacleKind.Delay, StageObstacle.Delay(TimeSpan.FromSeconds(39.2), "The vendor says 500."), "It is tried again in 40 s after: The vendor says 500."),
        (ObstacleKind.Delay, StageObstacle.Delay(TimeSpan.FromSeconds(2), null), "It is tried again in 2 s after: its worker was lost."),
        (ObstacleKind.Alone, StageObstacle.Alone(2), "It was lost with its worker 2 times, so it waits for a worker that does nothing beside it."),
        (ObstacleKind.Worker, StageObstacle.Worker("default"), "It waits for a worker of queue default."),
        (ObstacleKind.QueuePaused, StageObstacle.QueuePaused(Paused),
            "Queue default is paused by ada since 2026-01-01 12:00:00Z until 2026-01-01 13:00:00Z: vendor down."),
        (ObstacleKind.NoWorker, StageObstacle.NoWorker("default", "video", ["gpu", "big"], (Start, "render-7"), 3, "ffmpeg is not installed."),
            "No worker of queue default with gpu and big does video since 2026-01-01 12:00:00Z (render-7 was the last); "
                + "3 workers are alive. ffmpeg is not installed."),
        (ObstacleKind.NoWorker, StageObstacle.NoWorker("default", "video", [], (Start, null), 1, null),
            "No worker of queue default does video since 2026-01-01 12:00:00Z at least; 1 worker is alive."),
        (ObstacleKind.WorkersDrain, StageObstacle.WorkersDrain("default", "video", ["a", "b", "c", "d"]),
            "All workers of queue default that do video take nothing more (a, b, c and 1 more)."),
        (ObstacleKind.LimitFull, StageObstacle.LimitFull("tts", 1, 3, 3, ["t/audio on a", "u/audio on b", "v/audio on c"], 3),
            "It waits for limit tts, 3 of 3 taken by t/audio on a, u/audio on b, v/audio on c."),
        (ObstacleKind.LimitFull, StageObstacle.LimitFull("tts", 4, 2, 3, ["t/audio on a"], 2),
            "It waits for 3 slots of limit tts, 2 of 3 taken by t/audio on a and 1 more."),
        (ObstacleKind.LimitFull, StageObstacle.LimitFull("tts", 1, 1, 1, [], 0), "It waits for limit tts, 1 of 1 taken by attempts that are about to start."),
        (ObstacleKind.LimitLine, StageObstacle.LimitLine("gpu", 2, 4, 3, 4),
            "It waits in line for limit gpu behind 2 others, the first of which needs 4 slots; 3 of 4 are taken."),
        (ObstacleKind.LimitRate, StageObstacle.LimitRate("tts", "60/min", Start),
            "It waits for limit tts, which allows 60/min: the next one may start at 2026-01-01 12:00:00Z."),
        (ObstacleKind.LimitRests, StageObstacle.LimitRests("tts", Start, "t/audio was told: 429"),
            "Limit tts rests until 2026-01-01 12:00:00Z because t/audio was told: 429."),
        (ObstacleKind.LimitSettling, StageObstacle.LimitSettling("tts"), "It waits for limit tts, which has just come up and finds out who holds its slots."),
        (ObstacleKind.Turn, StageObstacle.Turn("default", 2, true, 3, 5, 5),
            "It waits behind 2 others in queue default for one of 3 workers, which do 5 stages in 5 slots."),
        (ObstacleKind.Turn, StageObstacle.Turn("default", 1, false, 1, 1, 1),
            "It waits behind at least 1 other in queue default for the one worker that does such stages, which does 1 stage in 1 slot."),
        (ObstacleKind.Turn, StageObstacle.Turn("default", 0, true, 2, 0, 4),
            "It is the next one in queue default for one of 2 workers, which do 0 stages in 4 slots."),
        (ObstacleKind.HandedOut, StageObstacle.HandedOut("default"), "A worker of queue default has just taken it, and is about to start it."),
        (ObstacleKind.OnItsWay, StageObstacle.OnItsWay("default"),
            "Word of it is on its way to queue default, which looks for what it missed every few seconds."),
    ];

    public static TheoryData<string> Kinds => [.. Enum.GetNames<ObstacleKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Obstacle_OfEachKind_HasItsSentence(string name)
    {
        var kind = Enum.Parse<ObstacleKind>(name);
        var words = Catalogue.Where(entry => entry.Kind == kind).ToList();

        Assert.NotEmpty(words);
        Assert.All(words, entry => Assert.Equal((entry.Kind, entry.Sentence), (entry.Obstacle.Kind, entry.Obstacle.Sentence)));
        Assert.NotNull(typeof(StageObstacle).GetMethod(name, BindingFlags.Public | BindingFlags.Static));
    }

    [Fact]
    public void Obstacles_AreNoMoreThanKinds()
    {
        var makers = typeof(StageObstacle).GetMethods(BindingFlags.Public | BindingFlags.Static).Where(method => method.ReturnType == typeof(StageObstacle));
        Assert.Equal(Enum.GetNames<ObstacleKind>().Order(), makers.Select(method => method.Name).Order());
    }

    [Fact]
    public void Sentence_WithTitles_CallsTheStageByItsTitleAndSaysTheRestAlike()
    {
        var named = Catalogue.Where(entry => entry.Obstacle.Named is not null).ToList();

        Assert.Equal(
            [ObstacleKind.Aborted, ObstacleKind.Dependency, ObstacleKind.NoWorker, ObstacleKind.WorkersDrain],
            named.Select(entry => entry.Kind).Distinct().Order());
        Assert.All(Catalogue, entry => Assert.Equal(
            entry.Obstacle.Named is { } stage ? Replaced(entry.Sentence, stage.Value) : entry.Sentence, entry.Obstacle.SentenceWith(name => $"<{name}>")));

        static string Replaced(string sentence, string name) => sentence.Insert(sentence.IndexOf(name, StringComparison.Ordinal) + name.Length, ">")
            .Insert(sentence.IndexOf(name, StringComparison.Ordinal), "<");
    }

    [Theory]
    [InlineData(-1, 5)]
    [InlineData(1_000, 5)]
    [InlineData(19, int.MaxValue)]
    [InlineData(19, -5)]
    [InlineData(18, 6)]
    public void Sentence_WithANameThatIsNone_IsLeftAsItIs(int at, int length)
    {
        var forged = new StageObstacle(ObstacleKind.Dependency, "it waits for stage audio, which is pending") { NamedAt = at, NamedLength = length };

        Assert.Equal("It waits for stage audio, which is pending.", forged.SentenceWith(_ => "Synthesis"));
    }

    [Fact]
    public void Refusal_NamesTheStageAndTheObstacle() =>
        Assert.Equal("Stage work is not started: it was lost with its worker 2 times, so it waits for a worker that does nothing beside it.",
            StageObstacle.Alone(2).RefusalOf("work"));

    [Fact]
    public void WireName_IsThatOfTheKindInSmallLetters() => Assert.Equal("queue_paused", ObstacleKind.QueuePaused.ToWireName());
}
