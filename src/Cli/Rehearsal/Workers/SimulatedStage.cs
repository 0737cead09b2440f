using VideoGen.Client.Stages;

namespace VideoGen.Cli.Rehearsal.Workers;

/// <summary>Stands in for the code of a kind of stages: works for a tenth of a second or so, and makes an artifact that says which worker made it.</summary>
internal sealed class SimulatedStage(string kind, string worker) : IStage
{
    private const int Steps = 3;

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(40);

    public string Kind => kind;

    public async Task<StageResult> ExecuteAsync(StageContext context, CancellationToken cancellationToken)
    {
        for (var i = 1; i <= Steps; i++)
        {
            await Task.Delay(Step, cancellationToken);
            await context.ReportProgressAsync(i / (double)Steps, $"step {i} of {Steps}", cancellationToken);
        }

        var file = Path.Combine(context.WorkingDirectory, "made-by");
        await File.WriteAllTextAsync(file, worker, cancellationToken);
        return new StageResult { Artifacts = [await context.SaveArtifactAsync("made-by", file, "text/plain", cancellationToken)] };
    }
}
