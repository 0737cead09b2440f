using VideoGen.Grains.Diagnostics;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Settings;
using VideoGen.Tasks.Slots;

namespace VideoGen.Grains.Slots;

/// <summary>Keeps what a limit takes for held true to what the stored leases hold, and its definition to that of the cluster.</summary>
/// <param name="name">Of the limit.</param>
/// <param name="slots">Its slots.</param>
/// <param name="index">What is stored.</param>
/// <param name="readSettings">The settings of the cluster.</param>
/// <param name="time">The activation began when this is made.</param>
/// <param name="diagnostics">Of this silo.</param>
internal sealed class LimitUpkeep(
    string name, SlotBook slots, ITaskIndex index, Func<Task<ClusterSettings>> readSettings, TimeProvider time, VideoGenDiagnostics diagnostics)
{
    /// <summary>
    /// A limit that comes up gives nothing out for so long: a former activation may have given out slots whose leases are being stored. Without an index it
    /// waits until holders have said what they hold, which they do with their next report.
    /// </summary>
    private static readonly TimeSpan SettleFor = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan SettleWithoutIndexFor = TimeSpan.FromSeconds(5);

    /// <summary>How often a limit for which somebody waits compares itself with the store and with its definition.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private readonly long _began = time.GetTimestamp();
    private long _lookedAt;
    private bool _isLooking;

    /// <summary>To be called once a second.</summary>
    public async Task TickAsync()
    {
        if (!slots.IsSettled && time.GetElapsedTime(_began) >= (index.KeepsSchedules ? SettleFor : SettleWithoutIndexFor))
        {
            slots.IsSettled = await LookAsync();
        }
        else if (slots.Waiters > 0 && time.GetElapsedTime(_lookedAt) >= LookEvery)
        {
            await LookAsync();
        }

        slots.Pump();
    }

    /// <summary>Reads the definition, and who holds slots. Whether it did.</summary>
    public async Task<bool> LookAsync()
    {
        if (_isLooking)
        {
            return false;
        }

        _isLooking = true;
        _lookedAt = time.GetTimestamp();
        try
        {
            var settings = await readSettings();
            slots.Define(settings.Limits.GetValueOrDefault(name));
            if (index.KeepsSchedules)
            {
                var holders = await index.FindHoldersAsync(name);
                slots.Settle([.. holders.Select(holder => new SlotUse(holder.Task, holder.Stage, "", holder.Weight, holder.Worker))]);
            }

            return true;
        }
#pragma warning disable CA1031 // The next look repeats it; a limit that does not know better goes on with what it knows.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            diagnostics.StepFailed(name, "reading who holds a limit", exception);
            return false;
        }
        finally
        {
            _isLooking = false;
        }
    }
}
