using System.Collections.Immutable;
using VideoGen.Client.Stages;
using VideoGen.Client.Tasks;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Workers;

/// <summary>The stage's own code in one attempt: what it is given, and where what it says on the way is noted.</summary>
internal sealed class StageWork(Workbench bench, TaskId task, StageName stage, TaskReply start, StageProgress progress)
{
    /// <summary>How long to wait before a state that is older than the lease is read again.</summary>
    private static readonly TimeSpan RereadInterval = TimeSpan.FromMilliseconds(200);

    private readonly StageLease _lease = start.Lease!;

    /// <summary>What the stage made; null when it was not begun, since it is not ours any more or the cluster does not say what completed before.</summary>
    public async Task<StageResult?> RunAsync(CancellationToken cancellationToken)
    {
        if ((start.Brief ?? await ReadBriefAsync(cancellationToken).ConfigureAwait(false)) is not { } brief)
        {
            return null;
        }

        RefuseForeign(brief.ArtifactFolder);

        // Many stages need none, and to make and delete one takes longer than to store that a stage has begun.
        var folder = new Lazy<string>(CreateFolder);
        try
        {
            var context = ContextOf(brief, folder, cancellationToken);
            return await MakeAsync(bench.Stages[stage.Kind], context, brief, cancellationToken).ConfigureAwait(false)
                ?? throw new InvalidOperationException($"The code of stage {stage} returned null; it has to return a StageResult.");
        }
        finally
        {
            if (folder.IsValueCreated)
            {
                AttemptFolders.TryDelete(folder.Value);
            }
        }
    }

    /// <summary>Whose work it was before; null where it was done here.</summary>
    public string? ReusedFrom { get; private set; }

    private async Task<StageResult> MakeAsync(IStage code, StageContext context, StageBrief brief, CancellationToken cancellationToken)
    {
        if (code is not IReusableStage reusable || await reusable.ChooseInputsAsync(context, cancellationToken).ConfigureAwait(false) is not { } inputs)
        {
            return await code.ExecuteAsync(context, cancellationToken).ConfigureAwait(false);
        }

        // Whoever has a stage done again wants no copy of what it made.
        var key = inputs.KeyOf(code.Kind, reusable.Version);
        if (!brief.Fresh && brief.Attempt == 1
            && await bench.Reuse.FindAsync(key, context.ArtifactFolder, cancellationToken).ConfigureAwait(false) is { } work)
        {
            ReusedFrom = work.Task;
            await context.ReportProgressAsync(1, $"Taken over from task {work.Task}", cancellationToken).ConfigureAwait(false);
            return new StageResult { Artifacts = work.Artifacts };
        }

        var result = await reusable.ExecuteAsync(new StageDesk(context, inputs), cancellationToken).ConfigureAwait(false);
        if (result is { FanOut.IsDefaultOrEmpty: true, Warnings.IsDefaultOrEmpty: true, TaskResult: null, Artifacts.IsDefaultOrEmpty: false })
        {
            await bench.Reuse.RememberAsync(key, new FormerWork(task.Value, stage.Value, result.Artifacts), cancellationToken).ConfigureAwait(false);
        }

        return result;
    }

    /// <summary>
    /// From the durable state in which the stage is ours; it holds all that completed before. An activation that is about to stand down may still answer with
    /// an older one.
    /// </summary>
    private async Task<StageBrief?> ReadBriefAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            TaskSnapshot? snapshot;
            try
            {
                snapshot = await bench.Tasks.ReadAsync(task, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (ClusterFailures.IsTransient(exception))
            {
                return null;
            }

            if (snapshot is null)
            {
                return null;
            }

            if (snapshot.Version >= start.Version)
            {
                return StageBrief.Of(snapshot.ToState(), _lease.Token);
            }

            await Task.Delay(RereadInterval, bench.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What is made in another folder than the task's is found by nobody else, and what the task begins with is not found here.</summary>
    private void RefuseForeign(ArtifactFolder? theirs)
    {
        if (bench.Options.HasPeers && theirs is not null && bench.Needs.Folder is { } ours && ours.Id != theirs.Id)
        {
            throw new WorkerLackException(
                $"Worker {bench.Options.Name} keeps artifacts in {ours.Path}, which is another folder than {theirs.Path}, where those of task {task} are. "
                + "Start it with the folder that all workers share.");
        }
    }

    private string CreateFolder()
    {
        try
        {
            return bench.Folders.Create(task, stage, _lease.Token);
        }
        catch (Exception exception) when (bench.Options.HasPeers && exception is IOException or UnauthorizedAccessException)
        {
            throw new WorkerLackException(
                $"The work folder {bench.Options.WorkDirectory} of worker {bench.Options.Name} cannot be used: {exception.Message}", exception);
        }
    }

    private StageContext ContextOf(StageBrief brief, Lazy<string> folder, CancellationToken stop) => new()
    {
        TaskId = task,
        StageName = stage,
        Attempt = brief.Attempt,
        Input = brief.Input.ToElement(),
        Parameters = (brief.Parameters ?? JsonText.EmptyObject).ToElement(),
        Completed = [.. brief.Completed.Select(output => KeyValuePair.Create(output.Stage, output.Artifacts))],
        LazyWorkingDirectory = folder,
        Artifacts = bench.Artifacts,
        ArtifactFolder = $"{task}/{stage.Value.Replace(':', '/')}/{_lease.Token}",
        Logger = bench.Logger,
        ProgressReporter = (fraction, message, cancellationToken) => NoteAsync(fraction, message, stop, cancellationToken),
    };

    /// <summary>Called by the stage; it only takes note, the reporting goes on beside the work. It also stops a stage that looks at nothing else.</summary>
    private Task NoteAsync(double fraction, string message, CancellationToken stop, CancellationToken cancellationToken)
    {
        stop.ThrowIfCancellationRequested();
        cancellationToken.ThrowIfCancellationRequested();
        progress.Note(fraction, message);
        return Task.CompletedTask;
    }
}
