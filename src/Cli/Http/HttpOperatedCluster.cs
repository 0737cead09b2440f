using System.Collections.Immutable;
using System.Net.Http.Json;
using System.Text.Json;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Running;
using VideoGen.Tasks;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Settings;
using VideoGen.Tasks.Slots;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Workers;

namespace VideoGen.Cli.Http;

/// <summary>A cluster that is reached through the HTTP of a silo.</summary>
internal sealed class HttpOperatedCluster(HttpCluster cluster, TimeProvider time) : IOperatedCluster
{
    public async Task<ImmutableArray<WorkerStatus>> ListWorkersAsync(CancellationToken cancellationToken) =>
        [.. (await ReadAsync("api/workers", cancellationToken)).GetProperty("workers").EnumerateArray().Select(WorkerOf)];

    public async Task<int> DrainAsync(string worker, CancellationToken cancellationToken)
    {
        try
        {
            var (reply, _) = await cluster.ActAsync(HttpMethod.Post, $"api/workers/{Uri.EscapeDataString(worker)}/drain", () => null, cancellationToken);
            return reply.GetProperty("told").GetInt32();
        }
        catch (CommandFailedException exception) when (exception.ExitCode == ExitCode.NotFound)
        {
            return 0;
        }
    }

    public async Task<QueueList> ListQueuesAsync(CancellationToken cancellationToken)
    {
        var list = await ReadAsync("api/queues", cancellationToken);
        return new QueueList([.. list.GetProperty("queues").EnumerateArray().Select(QueueOf)], list.GetProperty("left_out").GetInt32());
    }

    public async Task<QueueStanding> ReadQueueAsync(string queue, CancellationToken cancellationToken)
    {
        var standing = await ReadAsync(AddressOf(queue), cancellationToken);
        return new QueueStanding(standing.GetProperty("waiting").GetInt64(), false, standing.GetProperty("waiting_calls").GetInt32(), PauseOf(standing));
    }

    public async Task<QueuePause> PauseQueueAsync(string queue, string reason, DateTimeOffset? until, CancellationToken cancellationToken)
    {
        var lasts = (until - time.GetUtcNow())?.TotalSeconds;
        var (standing, _) = await cluster.ActAsync(
            HttpMethod.Post, $"{AddressOf(queue)}/pause", () => JsonContent.Create(new { reason, for_s = lasts }), cancellationToken);
        return PauseOf(standing) ?? throw new CommandFailedException(ExitCode.Failed, $"The pause of queue {queue} is over already.");
    }

    public async Task<bool> ResumeQueueAsync(string queue, CancellationToken cancellationToken)
    {
        var was = (await ReadQueueAsync(queue, cancellationToken)).Pause is not null;
        await cluster.ActAsync(HttpMethod.Post, $"{AddressOf(queue)}/resume", () => null, cancellationToken);
        return was;
    }

    public Task BoundQueueAsync(string queue, int? most, CancellationToken cancellationToken) => cluster.ActAsync(
        most is null ? HttpMethod.Delete : HttpMethod.Put,
        $"{AddressOf(queue)}/most",
        () => most is { } count ? JsonContent.Create(new { most = count }) : null,
        cancellationToken);

    public async Task<ImmutableArray<LimitStatus>> ListLimitsAsync(CancellationToken cancellationToken) =>
        [.. (await ReadAsync("api/limits", cancellationToken)).GetProperty("limits").EnumerateArray().Select(LimitOf)];

    public Task SetLimitAsync(LimitDefinition limit, CancellationToken cancellationToken) => cluster.ActAsync(
        HttpMethod.Put,
        $"api/limits/{Uri.EscapeDataString(limit.Name)}",
        () => JsonContent.Create(new { max_concurrent = limit.MaxConcurrent, rate = limit.Rate?.ToString() }),
        cancellationToken);

    public async Task<bool> RemoveLimitAsync(string limit, CancellationToken cancellationToken)
    {
        try
        {
            await cluster.ActAsync(HttpMethod.Delete, $"api/limits/{Uri.EscapeDataString(limit)}", () => null, cancellationToken);
            return true;
        }
        catch (CommandFailedException exception) when (exception.ExitCode == ExitCode.NotFound)
        {
            return false;
        }
    }

    public ValueTask DisposeAsync()
    {
        cluster.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string AddressOf(string queue) => $"api/queues/{Uri.EscapeDataString(queue)}";

    private async Task<JsonElement> ReadAsync(string path, CancellationToken cancellationToken) =>
        await cluster.GetAsync(path, cancellationToken)
            ?? throw new CommandFailedException(ExitCode.Unavailable, $"The silo at {cluster.Server.Url} knows nothing of {path}. Is it of an older program?");

    private static WorkerStatus WorkerOf(JsonElement worker)
    {
        var heard = worker.GetProperty("heard_at").GetDateTimeOffset();
        var report = new WorkerReport(
            new WorkerProfile(
                new WorkerId(worker.GetProperty("name").GetString()!, worker.GetProperty("incarnation").GetGuid()),
                worker.TextsOf("kinds"),
                worker.TextsOf("capabilities")),
            worker.GetProperty("version").GetString()!,
            worker.GetProperty("slots").GetInt32(),
            worker.TextsOf("queues"),
            [
                .. worker.GetProperty("stages").EnumerateArray().Select(stage => new WorkerStage(
                    TaskId.Parse(stage.GetProperty("task_id").GetString()!),
                    StageName.Parse(stage.GetProperty("stage").GetString()!),
                    heard - stage.GetProperty("since").GetDateTimeOffset())),
            ])
        {
            Up = heard - worker.GetProperty("up_since").GetDateTimeOffset(),
            Problems = worker.TextsOf("problems"),
            Unanswered = worker.GetProperty("unanswered_s") is { ValueKind: JsonValueKind.Number } unanswered
                ? TimeSpan.FromSeconds(unanswered.GetDouble())
                : null,
        };

        // A worker that was told, and one that has heard it, look alike. Who waits for its end waits until it is gone.
        return new WorkerStatus(report, heard, IsToldToDrain: worker.GetProperty("draining").GetBoolean());
    }

    private static QueueSummary QueueOf(JsonElement queue) => new(
        queue.GetProperty("name").GetString()!,
        queue.GetProperty("waiting").GetInt64(),
        queue.TimeOf("oldest_at"),
        queue.GetProperty("workers").GetInt32(),
        PauseOf(queue),
        queue.GetProperty("most").GetInt32());

    private static QueuePause? PauseOf(JsonElement queue) => queue.GetProperty("pause") is { ValueKind: JsonValueKind.Object } pause
        ? new QueuePause(
            queue.GetProperty("name").GetString()!,
            pause.GetProperty("by").GetString()!,
            pause.GetProperty("reason").GetString()!,
            pause.GetProperty("at").GetDateTimeOffset(),
            pause.TimeOf("until"))
        : null;

    private static LimitStatus LimitOf(JsonElement limit) => new(
        new LimitDefinition(limit.GetProperty("name").GetString()!)
        {
            MaxConcurrent = limit.GetProperty("max_concurrent") is { ValueKind: JsonValueKind.Number } most ? most.GetInt32() : null,
            Rate = limit.GetProperty("rate") is { ValueKind: JsonValueKind.Object } rate
                ? new StartRate(rate.GetProperty("count").GetInt32(), TimeSpan.FromSeconds(rate.GetProperty("per_s").GetDouble()))
                : null,
        },
        limit.GetProperty("used").GetInt32(),
        [
            .. limit.GetProperty("holders").EnumerateArray().Select(holder => new SlotUse(
                TaskId.Parse(holder.GetProperty("task_id").GetString()!),
                StageName.Parse(holder.GetProperty("stage").GetString()!),
                holder.GetProperty("queue").GetString()!,
                holder.GetProperty("weight").GetInt32(),
                holder.GetProperty("worker").GetString()!)),
        ],
        limit.GetProperty("waiting").GetInt32(),
        limit.TimeOf("rests_until"),
        limit.GetProperty("rest_reason").GetString(),
        limit.TimeOf("next_at"));
}
