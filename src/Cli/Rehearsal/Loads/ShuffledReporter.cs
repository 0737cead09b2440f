using VideoGen.Cli.Hosting;
using VideoGen.Cli.Rehearsal.Records;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Rehearsal.Loads;

/// <summary>Again and again the reports of one stage, all at once and in any order, some of them twice.</summary>
internal sealed class ShuffledReporter(RemoteCluster cluster, Recorder recorder, Random random)
{
    private const int Reports = 8;

    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    private static readonly StageName Stage = StageName.Parse("work");

    public async Task RunAsync(CancellationToken ending, CancellationToken patience)
    {
        for (var i = 0; !ending.IsCancellationRequested; i++)
        {
            try
            {
                await ReportAsync(TaskId.Parse($"shuffled-{i}"), patience);
                await Task.Delay(Pace, ending);
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested || patience.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task ReportAsync(TaskId task, CancellationToken patience)
    {
        foreach (var command in new TaskCommand[]
        {
            new CreateTask(task, JsonText.EmptyObject, null), new AddStage(Stage), new StartStage(Stage, null, Limits.DefaultLease),
        })
        {
            await Persistence.AskAsync(() => cluster.Tasks.ExecuteAsync(task, command, patience), patience);
        }

        var reports = Enumerable.Range(1, Reports).Concat(Enumerable.Range(1, Reports / 2)).ToArray();
        random.Shuffle(reports);
        await Task.WhenAll(reports.Select(number => Persistence.AskAsync(
            () => cluster.Tasks.ExecuteAsync(
                task, new ReportProgress(Stage, null, number / 10.0, $"report {number}") { Sequence = number, Durable = true }, patience),
            patience)));
        recorder.Add(new ShuffledReports(task.Value, Stage.Value, Reports / 10.0, $"report {Reports}"));
    }
}
