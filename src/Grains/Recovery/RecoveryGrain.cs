using Microsoft.Extensions.Options;
using VideoGen.Grains.Diagnostics;
using VideoGen.Grains.Index;
using VideoGen.Grains.Tasks;

namespace VideoGen.Grains.Recovery;

internal sealed class RecoveryGrain(ITaskIndex index, IOptions<RecoveryOptions> options, TimeProvider time, VideoGenDiagnostics diagnostics) : Grain, IRecoveryGrain
{
    private DateTimeOffset _lastSweep;

    public async Task<int> SweepAsync()
    {
        var now = time.GetUtcNow();
        if (now - _lastSweep < options.Value.Interval)
        {
            return 0;
        }

        // The first sweep of an activation follows a start or a crash: then every unfinished task is looked at, however fresh.
        var untouchedSince = _lastSweep == default ? now : now - options.Value.Untouched;
        _lastSweep = now;
        var owed = await index.FindOwedAsync(untouchedSince, options.Value.MaxWoken);
        foreach (var task in owed)
        {
            await GrainFactory.GetGrain<ITaskStateGrain>(task.Value).PokeAsync();
        }

        await index.PurgeDeletedAsync(now - options.Value.KeepDeleted);
        if (owed.Length > 0)
        {
            diagnostics.Swept(owed.Length);
        }

        return owed.Length;
    }
}
