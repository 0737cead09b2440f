using System.Globalization;
using System.Text;
using VideoGen.Files;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Hosting;

/// <summary>
/// What attempts stored that never completed, such as those of a worker that was killed. Their addresses hold the tokens of their leases, and tokens only rise
/// (T7): what stands under a lower one than that of the stage's artifacts, or of its lease, can become part of the task no more.
/// </summary>
/// <param name="store">Of all tasks.</param>
/// <param name="read">The last durable state of a task; null where there is none, whose artifacts are not ours to judge.</param>
/// <param name="time">Tells what is old.</param>
internal sealed class SupersededAttempts(IArtifactStore store, Func<TaskId, Task<TaskSnapshot?>> read, TimeProvider time)
{
    /// <summary>What is older was looked at before, or the whole cluster was down for so long.</summary>
    private static readonly TimeSpan Reach = TimeSpan.FromDays(7);

    private DateTimeOffset? _lookedUpTo;

    /// <summary>Deletes what is older than the grace, and was not looked at before. Returns how many files went.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var until = now - DeletedArtifacts.Grace;

        // A stage may have been at work for as long as it is old, so a file is looked at again for a while.
        var from = _lookedUpTo is { } last ? last - DeletedArtifacts.Grace : now - Reach;
        var files = new Dictionary<TaskId, List<string>>();
        await foreach (var file in store.ListAsync("", cancellationToken))
        {
            if (file.Changed >= from && file.Changed < until && TaskId.TryParse(file.Address.Split('/')[0], out var task, out _))
            {
                (files.TryGetValue(task, out var known) ? known : files[task] = []).Add(file.Address);
            }
        }

        var gone = 0;
        foreach (var (task, addresses) in files)
        {
            if (await read(task) is not { } snapshot)
            {
                continue;
            }

            var (state, json) = (snapshot.ToState(), Encoding.UTF8.GetString(snapshot.Json));
            foreach (var address in addresses.Where(address => IsSuperseded(state, json, address)))
            {
                await store.DeleteAsync(address, until, cancellationToken);
                gone++;
            }
        }

        _lookedUpTo = until;
        return gone;
    }

    /// <summary>Whether the file is of an attempt that can complete its stage no more, and the task says nothing of it.</summary>
    private static bool IsSuperseded(TaskState state, string json, string address)
    {
        if (Parse(address) is not var (stageName, token) || !state.Stages.TryGet(stageName, out var stage)
            || json.Contains(address, StringComparison.Ordinal) || state.Stages.Any(one => one.Artifacts.ContainsValue(address)))
        {
            return false;
        }

        var newest = stage.Artifacts.Values.Select(Parse).Max(held => held?.Stage == stageName ? held?.Token : null);
        return token < (stage.Lease?.Token ?? newest);
    }

    /// <summary><c>task/stage/unit/token/name</c>, the unit only where there is one.</summary>
    private static (StageName Stage, long Token)? Parse(string address) => address.Split('/') is [_, .. var stage, var token, _]
        && stage.Length is 1 or 2 && StageName.TryParse(string.Join(':', stage), out var name, out _)
        && long.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (name, number)
            : null;
}
