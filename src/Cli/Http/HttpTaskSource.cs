using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using VideoGen.Cli.Hosting;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Waits;

namespace VideoGen.Cli.Http;

/// <summary>Reads tasks over HTTP.</summary>
internal sealed class HttpTaskSource(HttpCluster cluster) : ITaskSource
{
    private const double Percent = 100;

    public Task<TaskSnapshot?> ReadAsync(TaskId task, CancellationToken cancellationToken) => cluster.ReadAsync(task, cancellationToken);

    public async Task<ImmutableArray<StageWait>> ExplainAsync(TaskId task, CancellationToken cancellationToken) =>
        await cluster.GetAsync($"api/tasks/{task}/why", cancellationToken) is { } waits
            ? [.. waits.GetProperty("stages").EnumerateArray().Select(WaitOf)]
            : [];

    public async Task<TaskPage> ListAsync(TaskQuery query, CancellationToken cancellationToken)
    {
        var path = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"api/tasks?page_size={query.PageSize}"));
        foreach (var status in query.Statuses)
        {
            path.Append("&status=").Append(status.ToWireName());
        }

        Add("pipeline", query.Pipeline);
        Add("id", query.IdPrefix);
        Add("label", query.Label is { } label ? $"{label.Key}:{label.Value}" : null);
        Add("page", query.After);
        var list = (await cluster.GetAsync(path.ToString(), cancellationToken))!.Value;
        return new TaskPage([.. list.GetProperty("tasks").EnumerateArray().Select(SummaryOf)], list.GetProperty("next").GetString())
        {
            Unreadable = list.GetProperty("unreadable").GetInt32(),
            UnreadableIds = [.. list.GetProperty("unreadable_ids").EnumerateArray().Select(id => TaskId.Parse(id.GetString()!))],
        };

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                path.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
            }
        }
    }

    public IAsyncEnumerable<TaskSnapshot> WatchAsync(TaskId task, CancellationToken cancellationToken) => cluster.WatchAsync(task, cancellationToken);

    public ValueTask DisposeAsync()
    {
        cluster.Dispose();
        return ValueTask.CompletedTask;
    }

    private static TaskSummary SummaryOf(JsonElement task) => new()
    {
        TaskId = TaskId.Parse(task.GetProperty("task_id").GetString()!),
        Status = RunStatusExtensions.TryParseWireName(task.GetProperty("status").GetString()!, out var status) ? status : default,
        Pipeline = task.GetProperty("pipeline").GetString(),
        Labels = TaskState.NoLabels.SetItems(
            task.GetProperty("labels").EnumerateObject().Select(label => KeyValuePair.Create(label.Name, label.Value.GetString()!))),
        Progress = task.GetProperty("progress").GetInt32() / Percent,
        CurrentStage = task.GetProperty("current_stage").GetString(),
        CreatedAt = task.GetProperty("created_at").GetDateTimeOffset(),
        StartedAt = TimeOf(task, "started_at"),
        CompletedAt = TimeOf(task, "completed_at"),
        UpdatedAt = task.GetProperty("updated_at").GetDateTimeOffset(),
        Workers = task.GetProperty("workers").GetInt32(),
        Version = task.GetProperty("version").GetInt64(),
    };

    private static DateTimeOffset? TimeOf(JsonElement task, string name) =>
        task.GetProperty(name) is { ValueKind: JsonValueKind.String } time ? time.GetDateTimeOffset() : null;

    /// <summary>A reason that a newer silo knows, and this program does not, is told by its sentence all the same.</summary>
    private static StageWait WaitOf(JsonElement wait)
    {
        var kind = Enum.GetValues<ObstacleKind>().FirstOrDefault(known => known.ToWireName() == wait.GetProperty("reason").GetString());
        return new StageWait(StageName.Parse(wait.GetProperty("stage").GetString()!), new StageObstacle(kind, wait.GetProperty("sentence").GetString()!));
    }
}
