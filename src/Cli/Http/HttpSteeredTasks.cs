using System.Globalization;
using System.Net.Http.Json;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Running;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Cli.Http;

/// <summary>Steers tasks over HTTP. What a task refuses ends the command, with the words of the silo.</summary>
internal sealed class HttpSteeredTasks(HttpCluster cluster) : ISteeredTasks
{
    public Task<TaskSnapshot?> ReadAsync(TaskId task, CancellationToken cancellationToken) => cluster.ReadAsync(task, cancellationToken);

    public async Task<TaskReply> ExecuteAsync(TaskId task, TaskCommand command, CancellationToken cancellationToken)
    {
        var reason = command.Origin?.Reason;
        var (reply, _) = command switch
        {
            CancelTask => await ActAsync("cancel", new { reason }),
            PauseTask pause => await ActAsync("pause", new { after_stages = pause.AfterStages, reason }),
            ResumeTask => await ActAsync("resume", new { reason }),
            RetryTask retry => await ActAsync("retry", new { stages = Names(retry.Stages.IsDefault ? [] : [.. retry.Stages]), reason }),
            StartNow start => await ActAsync("run-now", new { stages = Names(start.Stage is { } stage ? [stage] : []), reason }),
            SkipStage skip => await ActAsync("skip", new { stages = Names([skip.Stage]), reason = skip.Reason ?? reason }),
            ChangePriority change => await cluster.ActAsync(
                HttpMethod.Patch, $"api/tasks/{task}", () => JsonContent.Create(new { priority = change.Priority, reason }), cancellationToken, ifMatch: "*"),
            DeleteTask => await cluster.ActAsync(
                HttpMethod.Delete, $"api/tasks/{task}{(reason is null ? "" : $"?reason={Uri.EscapeDataString(reason)}")}", () => null, cancellationToken),
            _ => throw new CommandFailedException(ExitCode.BadInput, $"{command.GetType().Name} is not done over HTTP."),
        };
        if (reply.ValueKind == System.Text.Json.JsonValueKind.Undefined)
        {
            return new TaskReply { Outcome = CommandOutcome.Applied };
        }

        return new TaskReply
        {
            Outcome = reply.GetProperty("outcome").GetString() == "unchanged" ? CommandOutcome.Unchanged : CommandOutcome.Applied,
            Version = reply.GetProperty("version").GetInt64(),
            Message = reply.GetProperty("message").GetString(),
        };

        Task<(System.Text.Json.JsonElement Body, System.Net.HttpStatusCode Status)> ActAsync(string act, object content) => cluster.ActAsync(
            HttpMethod.Post, string.Create(CultureInfo.InvariantCulture, $"api/tasks/{task}/{act}"), () => JsonContent.Create(content), cancellationToken);
    }

    private static string[] Names(IEnumerable<StageName> stages) => [.. stages.Select(stage => stage.Value)];
}
