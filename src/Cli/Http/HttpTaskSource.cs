using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using VideoGen.Cli.Exits;
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
        foreach (var label in query.AllLabels())
        {
            Add("label", $"{label.Key}:{label.Value}");
        }

        Add("error", query.Error);
        AddTime("created_after", query.CreatedAfter);
        AddTime("created_before", query.CreatedBefore);
        AddTime("updated_after", query.UpdatedAfter);
        AddTime("updated_before", query.UpdatedBefore);
        Add("sort", query.Sort == TaskSort.Created ? null : query.Sort.ToWireName());
        Add("order", query.Ascending ? "asc" : null);
        Add("page", query.After);
        var list = (await cluster.GetAsync(path.ToString(), cancellationToken))!.Value;

        // A silo of a former program takes no notice of parameters that it does not know, and tells no priorities.
        if (!query.IsKnownToFormerSilos && list.GetProperty("tasks").EnumerateArray().Any(task => !task.TryGetProperty("priority", out _)))
        {
            throw new CommandFailedException(
                ExitCode.Unavailable,
                "The silo is of an older program, which knows no --sort, --order, --error, times or several labels. Leave them out, or bring the silo to this "
                + "version.");
        }

        return new TaskPage([.. list.GetProperty("tasks").EnumerateArray().Select(SummaryOf)], list.GetProperty("next").GetString())
        {
            Unreadable = list.GetProperty("unreadable").GetInt32(),
            UnreadableIds = [.. list.GetProperty("unreadable_ids").EnumerateArray().Select(id => TaskId.Parse(id.GetString()!))],
        };

        void AddTime(string name, DateTimeOffset? time) =>
            Add(name, time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture));

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
        StartedAt = task.TimeOf("started_at"),
        CompletedAt = task.TimeOf("completed_at"),
        UpdatedAt = task.GetProperty("updated_at").GetDateTimeOffset(),
        Workers = task.GetProperty("workers").GetInt32(),
        Version = task.GetProperty("version").GetInt64(),
        Priority = task.TryGetProperty("priority", out var priority) ? priority.GetInt32() : null,
    };

    /// <summary>A reason that a newer silo knows, and this program does not, is told by its sentence all the same.</summary>
    private static StageWait WaitOf(JsonElement wait)
    {
        var kind = Enum.GetValues<ObstacleKind>().FirstOrDefault(known => known.ToWireName() == wait.GetProperty("reason").GetString());
        return new StageWait(StageName.Parse(wait.GetProperty("stage").GetString()!), new StageObstacle(kind, wait.GetProperty("sentence").GetString()!));
    }
}
