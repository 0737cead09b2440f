using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Rules;

namespace VideoGen.Grains.Commit;

/// <summary>What time alone does to the task (T9): leases that end, timeouts, and the deadline.</summary>
internal sealed partial class TaskCommitLoop
{
    private int _countedTakeovers;

    /// <summary>
    /// How long until <see cref="CheckTimeAsync"/> has something to do, by the last durable state; zero when it has now, and null when time changes nothing.
    /// </summary>
    public TimeSpan? UntilDue
    {
        get
        {
            if (State is not { } state)
            {
                return null;
            }

            var left = OwesTakeover ? TimeSpan.Zero : StageReadiness.UntilDue(state, _clock.ContextOf(_clock.Arrive(), 0, _taskId));
            return left < TimeSpan.Zero ? TimeSpan.Zero : left;
        }
    }

    private bool OwesTakeover => _countedTakeovers != _clock.Leases.Takeovers && State is { } state && StageReadiness.HasUnheard(state, _clock.Leases);

    /// <summary>Ends what is overdue, and counts once that this activation took the leases of others over. Safe to repeat.</summary>
    /// <param name="newId">Makes the id of the operation; it has to be newer than what it is given.</param>
    public async Task CheckTimeAsync(Func<DateTimeOffset, OperationId> newId)
    {
        await LoadAsync();
        if (UntilDue == TimeSpan.Zero)
        {
            var (takeovers, isOwed) = (_clock.Leases.Takeovers, OwesTakeover);
            await SubmitAsync(newId(OperationFloor), new CheckDeadlines { AfterTakeover = isOwed });
            _countedTakeovers = isOwed ? takeovers : _countedTakeovers;
        }
    }
}
