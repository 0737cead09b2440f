using System.Collections.Immutable;
using System.Globalization;
using VideoGen.Cli.Hosting;
using VideoGen.Cli.Rehearsal.Records;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Rehearsal.Loads;

/// <summary>Sends what is past a bound, one thing after the other.</summary>
internal sealed class BoundBreaker(RemoteCluster cluster, Recorder recorder)
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(2);

    private static readonly TaskId Target = TaskId.Parse("bounds");

    private static readonly StageName Stage = StageName.Parse("work");

    private static (string What, int Bound, Func<TaskCommand> Make)[] Commands { get; } =
    [
        ("An input that is too long", Limits.MaxInputLength, () => Create() with { InputConfig = TooWide() }),
        ("A pipeline with too many stages", Limits.MaxStages, () => Create() with { Pipeline = TooLong() }),
        ("A task with too many labels", Limits.MaxLabels, () => Create() with { Labels = TooMany() }),
        ("A priority that is too high", Limits.MaxPriority, () => new ChangePriority(Limits.MaxPriority + 1)),
        ("A report with too many units", Limits.MaxUnits, () => new ReportProgress(Stage, null, 0.5, null) { Unit = "one", UnitCount = Limits.MaxUnits + 1 }),
    ];

    public async Task RunAsync(CancellationToken ending, CancellationToken patience)
    {
        for (var i = 0; !ending.IsCancellationRequested; i++)
        {
            try
            {
                await BreakAsync(i, patience);
                await Task.Delay(Pace, ending);
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested || patience.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task BreakAsync(int number, CancellationToken patience)
    {
        if (number == 0)
        {
            await Persistence.AskAsync(() => cluster.Tasks.CreateAsync(Create() with { TaskId = Target }, patience), patience);
        }

        var (what, bound, make) = Commands[number % Commands.Length];
        var command = make();
        var task = command is CreateTask create ? create.TaskId : Target;
        var reply = await Persistence.AskAsync(() => cluster.Tasks.ExecuteAsync(task, command, patience), patience);
        recorder.Add(new ExcessiveCommand(what, bound.ToString(CultureInfo.InvariantCulture), reply.IsRefused, reply.Message));
    }

    private static CreateTask Create() => new(TaskId.Parse("excessive"), JsonText.EmptyObject, null);

    private static JsonText TooWide() => JsonText.Parse($$"""{"a":"{{new string('a', Limits.MaxInputLength)}}"}""");

    private static PipelineDefinition TooLong() => new()
    {
        Name = "excessive",
        Stages = [.. Enumerable.Range(0, Limits.MaxStages + 1).Select(i => new StageDefinition { Name = $"stage:{i}" })],
    };

    private static ImmutableSortedDictionary<string, string> TooMany() =>
        TaskState.NoLabels.AddRange(Enumerable.Range(0, Limits.MaxLabels + 1).Select(i => KeyValuePair.Create($"label-{i}", "")));
}
