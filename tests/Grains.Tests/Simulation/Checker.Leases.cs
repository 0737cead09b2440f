using VideoGen.Tasks.Contracts;

namespace VideoGen.Grains.Tests.Simulation;

/// <summary>Whether time ended leases when it should: measured by a clock that nobody steps, whatever the silos' clocks showed.</summary>
internal sealed partial class Checker
{
    /// <summary>What else may hold an end up: a store that fails, and the retries after it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    /// <summary>From the third takeover without a word of the holder on, the wall clock may end a lease as well.</summary>
    private const int MaxTakeovers = 3;

    /// <summary>
    /// No lease ends by time before its whole length is over since its holder was last answered; a holder that counts from before it sent its report has then
    /// stopped (T7). And none outlives its holder by more than its length for each activation that took the task over (T9).
    /// </summary>
    private void CheckLeases(SimulatedCluster cluster, TimeSpan length)
    {
        for (var i = 1; i < _versions.Count; i++)
        {
            foreach (var stage in _versions[i - 1].Stages)
            {
                if (StoredVersion.TokenOf(stage.Value) is { } token && StoredVersion.TokenOf(_versions[i].Stage(stage.Name)) != token)
                {
                    CheckEnd(i, stage.Name, token, length, cluster);
                }
            }
        }
    }

    private void CheckEnd(int index, string stage, long token, TimeSpan length, SimulatedCluster cluster)
    {
        var (before, now) = (_versions[index - 1], _versions[index]);
        var grant = _history.Operations.First(operation => operation.Answers.Any(answer => answer.Reply?.Lease?.Token == token) || IsGrant(operation, token));
        var renewals = _history.Renewals.Where(renewal => renewal.Token == token && renewal.At <= now.Commit.At).ToList();
        var known = renewals.Where(renewal => renewal.IsAcknowledged).Select(renewal => renewal.At).Append(grant.Arrivals[0].At).Max();
        var byTime = LostAttempts(now.Stage(stage)) > LostAttempts(before.Stage(stage))
            && !now.Operations.Any(entry => entry.Value > before.Version && _commands.GetValueOrDefault(entry.Key) is DeclareWorkerLost);
        if (byTime && now.Commit.At < known + length && Takeovers(before.Stage(stage)) < MaxTakeovers - 1)
        {
            Violated("T7", $"the lease of stage {stage} under token {token} ended in {now}, and its holder was answered at {known:HH:mm:ss.fff}");
        }

        var lastSign = renewals.Select(renewal => renewal.At).Concat(grant.Arrivals.Select(arrival => arrival.At)).Max();
        var terms = 1 + cluster.All.Count(activation => activation.StartedAt > lastSign && activation.StartedAt <= now.Commit.At);
        if (now.Commit.At > lastSign + (terms * length) + Patience)
        {
            Violated("T9", $"the lease of stage {stage} under token {token} ended only in {now}, and its holder was last seen at {lastSign:HH:mm:ss.fff}");
        }
    }

    /// <summary>A grant whose answer was lost: the operation is remembered in the version that brought the token.</summary>
    private bool IsGrant(SentOperation operation, long token) =>
        operation.Command is StartStage or CompleteStage { Taker: not null } && _introduced.TryGetValue(operation.Id.Value, out var made)
        && made.Stages.Any(stage => StoredVersion.TokenOf(stage.Value) == token)
        && !_versions.Any(version => version.Writes < made.Writes && version.HighestToken >= token);

    private static int Takeovers(System.Text.Json.JsonElement? stage) =>
        stage!.Value.GetProperty("lease").TryGetProperty("takeovers", out var takeovers) ? takeovers.GetInt32() : 0;

    private static int LostAttempts(System.Text.Json.JsonElement? stage) =>
        stage is { } present && present.TryGetProperty("lost_attempts", out var lost) ? lost.GetInt32() : 0;
}
