using System.Collections.Frozen;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Silo.Hosting.Door;

/// <summary>
/// Which role a client needs for which call. What is not named here is for admins: Orleans' own management, keys, and what is added and forgotten.
/// </summary>
internal static class CallRules
{
    private const string State = "VideoGen.ITaskStateGrain";

    private const string Queue = "VideoGen.IStageQueueGrain";

    private const string Registry = "VideoGen.IWorkerRegistryGrain";

    private const string Limit = "VideoGen.ILimitGrain";

    private const string Settings = "VideoGen.IClusterSettingsGrain";

    /// <summary>
    /// What Orleans itself asks for each client: which grains there are; and the rest of a stream of answers, or of a call that is given up, once the call
    /// itself was let through.
    /// </summary>
    private static readonly string[] OfOrleans = ["ClusterManifestSystemTarget", "AsyncEnumerableGrainExtension", "CancellationSourcesExtension"];

    /// <summary>Whole interfaces that only look.</summary>
    private static readonly FrozenSet<string> Looks = FrozenSet.Create(
        StringComparer.Ordinal,
        "VideoGen.ITaskReaderGrain",
        "VideoGen.ITaskIndexGrain",
        "VideoGen.ITaskWaitsGrain",
        "VideoGen.IGatewayGrain");

    private static readonly FrozenDictionary<(string Interface, string Method), Role> Calls = new Dictionary<(string, string), Role>
    {
        [(State, "ReadAsync")] = Role.Viewer,
        [(State, "WatchAsync")] = Role.Viewer,
        [(State, "PokeAsync")] = Role.Viewer,
        [(Queue, "InspectAsync")] = Role.Viewer,
        [(Queue, "FindPlacesAsync")] = Role.Viewer,
        [(Queue, "AdmitAsync")] = Role.Viewer,
        [(Queue, "TakeAsync")] = Role.Worker,
        [(Queue, "ReturnAsync")] = Role.Worker,
        [(Queue, "ContinueAsync")] = Role.Worker,
        [(Queue, "ForgoAsync")] = Role.Worker,
        [(Registry, "ListAsync")] = Role.Viewer,
        [(Registry, "ListDurationsAsync")] = Role.Viewer,
        [(Registry, "FindAbsenceAsync")] = Role.Viewer,
        [(Registry, "ReportAsync")] = Role.Worker,
        [(Registry, "LeaveAsync")] = Role.Worker,
        [(Registry, "DrainAsync")] = Role.Operator,
        [(Limit, "InspectAsync")] = Role.Viewer,
        [(Limit, "ExplainAsync")] = Role.Viewer,
        [(Limit, "RestAsync")] = Role.Worker,
        [(Settings, "ReadAsync")] = Role.Viewer,
        [(Settings, "SetLimitAsync")] = Role.Operator,
        [(Settings, "RemoveLimitAsync")] = Role.Operator,
        [(Settings, "PauseQueueAsync")] = Role.Operator,
        [(Settings, "ResumeQueueAsync")] = Role.Operator,
        [(Settings, "SetBacklogAsync")] = Role.Operator,
    }.ToFrozenDictionary();

    /// <param name="target">The name of the interface on the wire.</param>
    /// <param name="method">The method's name.</param>
    /// <param name="command">What a task is told; null when it is told nothing.</param>
    public static Role RoleOf(string target, string method, TaskCommand? command) =>
        Looks.Contains(target) || Array.Exists(OfOrleans, name => target.EndsWith(name, StringComparison.Ordinal)) ? Role.Viewer
        : target == State && method == "ExecuteAsync" ? RoleOf(command)
        : Calls.GetValueOrDefault((target, method), Role.Admin);

    private static Role RoleOf(TaskCommand? command) => command switch
    {
        StartStage or ReportProgress or CompleteStage or FailStage or ReleaseStage => Role.Worker,
        CreateTask or CancelTask or PauseTask or ResumeTask or RetryTask or DeleteTask or ChangePriority or AmendTask or StartNow or SkipStage =>
            Role.Operator,
        _ => Role.Admin,
    };
}
