using System.Collections.Immutable;
using System.ComponentModel;
using VideoGen.Client.Stages;
using VideoGen.Stages.Media;

namespace VideoGen.Stages.Programs;

/// <summary>A kind of stage that a program does, in whatever language it is written.</summary>
/// <param name="kind">Which kind.</param>
/// <param name="line">The program and its arguments.</param>
/// <param name="grace">How long it has to end by itself once it was asked to.</param>
/// <param name="tools">Knows how programs are started on this machine.</param>
/// <param name="time">By which the grace is counted.</param>
internal sealed class ProgramStage(string kind, ProgramLine line, TimeSpan grace, MediaToolRunner tools, TimeProvider time) : IStage
{
    public string Kind => kind;

    public Task<ImmutableArray<string>> CheckNeedsAsync(CancellationToken cancellationToken) => Task.FromResult(line.FindLacks(tools.FindProgram));

    public async Task<StageResult> ExecuteAsync(StageContext context, CancellationToken cancellationToken)
    {
        var folder = await ProgramFolder.PrepareAsync(context, line.Folder, cancellationToken).ConfigureAwait(false);
        var voice = new ProgramVoice((fraction, message) => _ = ReportAsync(context, fraction, message));
        var run = new ProgramRun(await tools.LeashAsync().ConfigureAwait(false), grace, time);
        var failure = new ProgramFailure(context, line.Text);
        ProgramEnd end;
        try
        {
            end = await run.RunAsync(line, folder, voice, cancellationToken).ConfigureAwait(false);
        }
        catch (Win32Exception exception)
        {
            throw failure.NotStarted(exception);
        }

        if (failure.Of(end, voice) is { } failed)
        {
            throw failed;
        }

        var result = ProgramResult.Read(context, folder);
        return result with
        {
            Artifacts = await ProgramArtifacts.CollectAsync(context, folder, cancellationToken).ConfigureAwait(false),
            Warnings =
            [
                .. result.Warnings,
                .. voice.WarningsFor(context.StageName),
                .. end.LeftBehind == 0 ? [] : (string[])[LeftBehind(context, end.LeftBehind)],
            ],
        };
    }

    /// <summary>It only takes note, and so does not hold up whoever reads what the program says; also not when the attempt is over.</summary>
    private static async Task ReportAsync(StageContext context, double fraction, string message)
    {
        try
        {
            await context.ReportProgressAsync(fraction, message).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The program was asked to end, and what it says until then is read and forgotten.
        }
    }

    private static string LeftBehind(StageContext context, int count) =>
        $"The program of stage {context.StageName} ended and left {count} {(count == 1 ? "process" : "processes")} behind, which had to be ended. "
        + "What they were to write may be missing; let the program wait for what it starts.";
}
