using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Grains.Tests.Simulation;

/// <summary>One answer, or exception, that the sender of an operation got.</summary>
internal sealed record Answer(DateTimeOffset At, Guid By, TaskReply? Reply, Exception? Exception);

/// <summary>One intended effect, however often it was sent.</summary>
internal sealed class SentOperation(OperationId id, TaskCommand command, string? mark)
{
    public OperationId Id => id;

    public TaskCommand Command => command;

    /// <summary>A text that stands in the task exactly once if the operation took effect once; null for an operation that leaves none.</summary>
    public string? Mark => mark;

    public List<Answer> Answers { get; } = [];

    /// <summary>When it reached which activation.</summary>
    public List<(DateTimeOffset At, Guid By)> Arrivals { get; } = [];
}

/// <summary>What a reader saw.</summary>
internal sealed record SeenState(DateTimeOffset AskedAt, DateTimeOffset At, SimulatedActivation By, TaskSnapshot? Snapshot);

/// <summary>Progress that was acknowledged as buffered.</summary>
internal sealed record BufferedAnswer(DateTimeOffset At, SimulatedActivation By, ReportProgress Report);

/// <summary>A report that was sent to renew a lease, and whether its sender heard that it did.</summary>
internal sealed record SentReport(DateTimeOffset At, long Token, bool IsAcknowledged);

/// <summary>Everything that callers saw of one run.</summary>
internal sealed class RecordedHistory
{
    public List<SentOperation> Operations { get; } = [];

    public List<SeenState> Reads { get; } = [];

    public List<BufferedAnswer> Buffered { get; } = [];

    public List<SentReport> Renewals { get; } = [];
}

/// <summary>A caller that gives up after a while and sends the same operation again, sometimes several times at once.</summary>
internal sealed class SimulatedClient(VirtualWorld world, SimulatedCluster cluster, RecordedHistory history)
{
    private readonly double _skewSeconds = (world.Random.NextDouble() * 4) - 2;

    public async Task<TaskReply?> ExecuteAsync(TaskCommand command, string? mark = null)
    {
        var operation = new SentOperation(OperationIds.Next(world, _skewSeconds), command, mark);
        history.Operations.Add(operation);
        for (var attempt = 0; attempt < 6; attempt++)
        {
            var sends = Enumerable.Range(0, world.Chance(0.1) ? 5 : 1).Select(_ => SendAsync(operation)).ToArray();
            await Task.WhenAny(Task.WhenAll(sends), world.DelayAsync(0.02, 2));
            if (sends.FirstOrDefault(send => send.IsCompleted && send.Result is not null) is { } answered)
            {
                return answered.Result;
            }

            await world.DelayAsync(0.01, 0.5);
        }

        return null;
    }

    /// <summary>Progress that need not be durable at once; it is sent once.</summary>
    public async Task<TaskReply?> ReportAsync(ReportProgress report)
    {
        var activation = await cluster.RouteAsync();
        var sent = world.Now;
        var isAcknowledged = false;
        try
        {
            var reply = await activation.CallAsync(loop => loop.SubmitAsync(OperationIds.Next(world, _skewSeconds), report));
            isAcknowledged = !reply.IsRefused;
            if (reply.Outcome == CommandOutcome.Buffered)
            {
                history.Buffered.Add(new BufferedAnswer(world.Now, activation, report));
            }

            return reply;
        }
        catch (Exception exception) when (exception is TaskStorageException or TaskConflictException or SiloDiedException)
        {
            return null;
        }
        finally
        {
            history.Renewals.Add(new SentReport(sent, report.Token ?? 0, isAcknowledged));
        }
    }

    public async Task<TaskState?> ReadAsync()
    {
        var activation = await cluster.RouteAsync();
        var asked = world.Now;
        try
        {
            var snapshot = await activation.CallAsync(async loop =>
            {
                await loop.LoadAsync();
                return loop.Snapshot;
            });
            history.Reads.Add(new SeenState(asked, world.Now, activation, snapshot));
            return snapshot?.ToState();
        }
        catch (Exception exception) when (exception is TaskStorageException or SiloDiedException)
        {
            return null;
        }
    }

    private async Task<TaskReply?> SendAsync(SentOperation operation)
    {
        await world.DelayAsync(0, 0.01);
        var activation = await cluster.RouteAsync();
        operation.Arrivals.Add((world.Now, activation.Writer));
        try
        {
            var reply = await activation.CallAsync(_ => activation.SubmitAsync(operation.Id, operation.Command));
            operation.Answers.Add(new Answer(world.Now, activation.Writer, reply, null));
            return reply.Reason == RefusalReason.Busy ? null : reply;
        }
        catch (Exception exception) when (exception is TaskStorageException or TaskConflictException or SiloDiedException)
        {
            operation.Answers.Add(new Answer(world.Now, activation.Writer, null, exception));
            return null;
        }
    }
}
