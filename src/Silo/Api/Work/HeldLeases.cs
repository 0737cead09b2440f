using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Silo.Api.Work;

/// <summary>What workers say of the stages that they hold.</summary>
internal sealed class HeldLeases(TaskCalls calls, RemoteWorkers workers, TimeProvider time)
{
    /// <summary>
    /// The lease that a worker shows, if it is known to be its own. Null where the stage is nobody's, or not known: then the task is asked, and answers for
    /// what it remembers.
    /// </summary>
    /// <param name="key">What was shown.</param>
    /// <returns>What is wrong with it, where the stage is another worker's.</returns>
    public async Task<(HeldOverHttp? Held, ProblemHttpResult? Problem)> FindAsync(LeaseKey key)
    {
        if (workers.Find(key) is { } known)
        {
            return (known, null);
        }

        if (await calls.ReadAsync(key.Task) is not { } snapshot)
        {
            return (null, Lost(key, $"There is no task {key.Task}."));
        }

        if (!snapshot.ToState().Stages.TryGet(key.Stage, out var stage) || stage.Lease is not { } lease || lease.Token != key.Token)
        {
            return (null, null);
        }

        return lease.Worker.Incarnation == key.Incarnation
            ? (workers.Hold(key, lease.Worker.Name, lease.Duration ?? Limits.DefaultLease), null)
            : (null, Lost(key, $"Stage {key.Stage} is held by {lease.Worker.Name}, and not under this lease."));
    }

    public async Task<(ReportReply? Reply, ProblemHttpResult? Problem)> ReportAsync(LeaseKey key, ReportRequest report, CancellationToken cancellationToken)
    {
        var (held, problem) = await FindAsync(key);
        if (problem is not null)
        {
            return (null, problem);
        }

        var lease = held?.Duration ?? Limits.DefaultLease;
        var command = new ReportProgress(key.Stage, key.Token, report.Progress, report.Message)
        {
            Sequence = report.Sequence ?? held?.NextSequence(time.GetUtcNow()) ?? 0,
            Unit = report.Unit,
            UnitCount = report.UnitCount,
            Durable = report.Durable,
            ExtendLease = lease,
        };
        var reply = await calls.Tasks.ExecuteAsync(key.Task, command, cancellationToken);
        if (reply.IsRefused)
        {
            return (null, Refuse(key, reply));
        }

        var isDraining = held is not null && workers.Renew(key, held);
        var directive = reply.Directive switch
        {
            WorkerDirective.Cancel => "cancel",
            WorkerDirective.Pause => "pause",
            _ => isDraining ? WorkApi.Drain : "continue",
        };
        return (new ReportReply(directive, lease.TotalSeconds, WorkApi.ReportEvery(lease), reply.Version), null);
    }

    /// <summary>What a task refuses of a worker. A task that is gone has taken the lease along.</summary>
    public ProblemHttpResult Refuse(LeaseKey key, TaskReply reply)
    {
        if (reply.Reason is not (RefusalReason.LeaseLost or RefusalReason.NotFound))
        {
            return Problems.Refused(key.Task, reply);
        }

        workers.End(key, isCompleted: false);
        return Lost(key, reply.Message!);
    }

    private static ProblemHttpResult Lost(LeaseKey key, string why) => Problems.Of(ProblemType.LeaseLost, $"Task {key.Task}: {why}");
}
