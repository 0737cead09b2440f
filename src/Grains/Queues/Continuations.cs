using VideoGen.Grains.Diagnostics;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Scheduling;
using VideoGen.Tasks.State;

namespace VideoGen.Grains.Queues;

/// <summary>Asks a queue whether the worker that completes one stage may go on with the next one of the task.</summary>
internal sealed class Continuations(GrainReferences<IStageQueueGrain> queues, TimeProvider time, VideoGenDiagnostics diagnostics)
{
    /// <summary>A completion does not wait longer for the queue; the next stage then goes the usual way.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    public async Task<bool> AskAsync(TaskState state, StageState next, WorkerProfile worker)
    {
        try
        {
            var answer = QueueOf(next).ContinueAsync(StageSchedules.OfferOf(state, next), worker);
            return answer.IsCompletedSuccessfully ? answer.Result : await answer.WaitAsync(Patience, time);
        }
#pragma warning disable CA1031 // The completion must not fail for the queue's sake: it may be of a program that does not know the question.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            diagnostics.NotContinued(state.TaskId.Value, next.Name.Value, exception);
            if (exception is TimeoutException)
            {
                Forgo(state, next);
            }

            return false;
        }
    }

    /// <summary>It was not begun, or the answer came too late: when it is ready, it is offered as any other.</summary>
    public void Forgo(TaskState state, StageState next) => _ = QueueOf(next).ForgoAsync(StageSchedules.OfferOf(state, next));

    private IStageQueueGrain QueueOf(StageState stage) => queues[stage.Plan!.Queue];
}
