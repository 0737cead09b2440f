using VideoGen.Tasks;

namespace VideoGen.Silo.Access;

/// <summary>
/// Asks every other second who reads an event stream, and ends it for one who could not open it now: the key is revoked, the time of a token is over, or the
/// task lost the label that the key is for. While the keys cannot be read nobody is let in, and no stream goes on.
/// </summary>
internal sealed class StreamAccess(RequestDelegate next, IGrainFactory grains, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<CallerProof>() is not { } proof || !RequestLimits.IsStream(context.Request))
        {
            await next(context);
            return;
        }

        var gone = context.RequestAborted;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(gone);
        context.RequestAborted = stop.Token;
        TaskId? task = TaskId.TryParse(context.GetRouteValue("id") as string, out var id, out _) ? id : null;
        var watching = WatchAsync(proof, task, stop);
        try
        {
            await next(context);
        }
        finally
        {
            // What is said of a fault after this is for a reader who is still there.
            context.RequestAborted = gone;
            await stop.CancelAsync();
            await watching;
        }
    }

    private async Task WatchAsync(CallerProof proof, TaskId? task, CancellationTokenSource stop)
    {
        while (true)
        {
            await Task.Delay(Interval, time, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested)
            {
                return;
            }

            if (!await MayReadAsync(proof, task))
            {
                await stop.CancelAsync();
            }
        }
    }

    private async Task<bool> MayReadAsync(CallerProof proof, TaskId? task)
    {
        try
        {
            return await proof.FindCallerAsync() is { } caller
                && (caller.Labels.IsEmpty || task is not { } labelled || await LabelScope.SeesAsync(caller, labelled, grains));
        }
        catch (Exception exception) when (AccessHandler.IsOfStorage(exception))
        {
            return false;
        }
    }
}
