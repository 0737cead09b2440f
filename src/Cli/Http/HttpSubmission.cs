using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Hosting;
using VideoGen.Cli.Running;
using VideoGen.Cli.Views;
using VideoGen.Client.Pipelines;
using VideoGen.Files;
using VideoGen.Stages.Intake;
using VideoGen.Stages.Video;
using VideoGen.Tasks;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Http;

/// <summary>What is handed to a silo over HTTP: a document with its pictures, or a pipeline with its input.</summary>
internal sealed record HttpSubmissionOptions
{
    /// <summary>Null for a pipeline.</summary>
    public DocumentRequest? Document { get; init; }

    public string? PipelineFile { get; init; }

    public string? InputFile { get; init; }

    public TaskId? Id { get; init; }

    public bool Wait { get; init; }

    public bool Json { get; init; }

    public bool Fresh { get; init; }

    public int? Priority { get; init; }

    public int? KeepDays { get; init; }

    public string? Fair { get; init; }

    public IReadOnlyList<string> Labels { get; init; } = [];
}

/// <summary>Work is handed to a silo over HTTP, and what it makes fetched when asked for. No folder is shared.</summary>
internal sealed class HttpSubmission(IAnsiConsole console, HttpCluster cluster, TimeProvider time)
{
    public async Task<int> ExecuteAsync(HttpSubmissionOptions options, CancellationToken cancellationToken)
    {
        var output = options is { Wait: true, Document: { } document } ? document.ResolveOutput() : null;
        var content = options.Document is null ? ReadPipeline(options) : await ReadDocumentAsync(options, cancellationToken);
        var began = time.GetTimestamp();
        var (body, status) = await cluster.ActAsync(HttpMethod.Post, "api/tasks", content, cancellationToken);
        var task = TaskId.Parse(body.GetProperty("task_id").GetString()!);
        var isNew = status == HttpStatusCode.Created;
        if (!options.Json)
        {
            Terminal.WriteLine(
                console, isNew ? $"Task {task}" : $"Task {task} is known already; it is {body.GetProperty("status").GetString()}.");
        }

        if (options is { Document: not null, Json: false })
        {
            Terminal.WriteLine(console, $"Watch it live at {new Uri(cluster.Server.Url, $"tasks/{task}")}");
        }

        var where = $"{task}{cluster.Server.Arguments}";
        var end = !options.Wait ? null : await FollowAsync(task, options.Json, cancellationToken).OrSayAsync(
            $"Task {task} goes on in the cluster. Follow it with 'videogen watch {where}', or cancel it with 'videogen cancel {where}'.", cancellationToken)
            ?? throw CommandFailedException.NotFound(task);
        if (options.Json)
        {
            var state = end ?? (await cluster.ReadAsync(task, cancellationToken))?.ToState();
            Terminal.WriteJson(console, writer => SubmissionView.Write(writer, task, isNew, state));
        }

        if (end is null or { Status: not RunStatus.Completed })
        {
            return end is null ? ExitCode.Success
                : !options.Json ? TaskOutcome.Report(console, end, $"'videogen retry {where}'")
                : end.Status == RunStatus.Cancelled ? ExitCode.Cancelled : ExitCode.Failed;
        }

        if (output is not null)
        {
            await FetchVideoAsync(end, output, cancellationToken);
            if (!options.Json)
            {
                var took = isNew ? $" in {StageLine.Format(time.GetElapsedTime(began))}" : "";
                Terminal.WriteLine(console, $"{output}  Task {task} is completed{took}.");
                foreach (var video in VideoDelivery.VideosOf(end, output).Skip(1))
                {
                    Terminal.WriteLine(console, video);
                }
            }
        }
        else if (!options.Json)
        {
            Terminal.WriteLine(console, $"Task {task} is completed. 'videogen artifacts {where}' lists what it made.");
        }

        return ExitCode.Success;
    }

    private async Task FetchVideoAsync(TaskState end, string output, CancellationToken cancellationToken)
    {
        foreach (var (artifact, target) in VideoDelivery.FilesOf(end, output))
        {
            await ArtifactDownload.SaveAsync(cluster, end.TaskId, DocumentVideoPipeline.OutputHandling, artifact, target, cancellationToken);
        }
    }

    private async Task<TaskState?> FollowAsync(TaskId task, bool quietly, CancellationToken cancellationToken)
    {
        return quietly
            ? await WatchAsync(static _ => { })
            : await ProgressViews.For(console, time).FollowAsync(WatchAsync);

        async Task<TaskState?> WatchAsync(Action<TaskState> show)
        {
            TaskState? state = null;
            await foreach (var snapshot in cluster.WatchAsync(task, cancellationToken))
            {
                state = snapshot.ToState();
                show(state);
            }

            return state;
        }
    }

    /// <summary>A form, made anew for each time that it is sent.</summary>
    private static async Task<Func<HttpContent>> ReadDocumentAsync(HttpSubmissionOptions options, CancellationToken cancellationToken)
    {
        var document = options.Document!;
        var pictures = await DocumentIntake.FindPicturesAsync(document.File, cancellationToken);
        (string Name, string? Value)[] fields =
        [
            ("id", document.Id?.Value), ("voice", document.Voice), ("accent", document.Accent), ("theme", document.Theme),
            ("size", document.Size), ("title", document.Title), ("language", document.Language), ("translate", document.Translate),
            ("ai", document.UseAi ? "true" : null),
            ("fresh", options.Fresh ? "true" : null), ("fair", options.Fair),
            ("priority", options.Priority?.ToString(CultureInfo.InvariantCulture)), ("keep_days", options.KeepDays?.ToString(CultureInfo.InvariantCulture)),
            .. options.Labels.Select(label => ("label", (string?)label)),
        ];
        return () =>
        {
            var form = new MultipartFormDataContent();
            foreach (var (name, value) in fields)
            {
                if (value is not null)
                {
                    form.Add(new StringContent(value), name);
                }
            }

            form.Add(new StreamContent(File.OpenRead(document.File)), "document", Path.GetFileName(document.File));
            foreach (var (name, file) in pictures)
            {
                form.Add(new StreamContent(File.OpenRead(file)), "picture", name);
            }

            return form;
        };
    }

    private static Func<HttpContent> ReadPipeline(HttpSubmissionOptions options)
    {
        var pipeline = SubmittedPipeline.Read(options.PipelineFile!, PipelineJson.MaxBytes);
        var input = options.InputFile is null ? "{}"u8.ToArray() : SubmittedPipeline.Read(options.InputFile, 4 * Limits.MaxInputLength);
        try
        {
            // It is read here first, so that each mistake is named with the file.
            PipelineJson.Parse(pipeline);
            var share = options.Fair?.Split('=', 2);
            var body = JsonSerializer.Serialize(new
            {
                task_id = options.Id?.Value,
                pipeline = ParseLenient(pipeline),
                input = ParseLenient(input),
                priority = options.Priority ?? 0,
                keep_days = options.KeepDays,
                fresh = options.Fresh,
                labels = options.Labels.ToDictionary(label => label.Split('=', 2)[0], label => label.Split('=', 2)[1]),
                fair = share is null
                    ? null
                    : new { key = share[0], weight = share.Length > 1 ? double.Parse(share[1], CultureInfo.InvariantCulture) : 1 },
            });
            return () => new StringContent(body, Encoding.UTF8, "application/json");
        }
        catch (PipelineFormatException exception)
        {
            throw new CommandFailedException(ExitCode.BadInput, $"{options.PipelineFile} is not a pipeline.\n{exception.Message}", exception);
        }
        catch (JsonException exception)
        {
            throw new CommandFailedException(ExitCode.BadInput, $"{options.InputFile} is not an input in JSON: {exception.Message}", exception);
        }
    }

    private static JsonElement ParseLenient(byte[] json) => JsonDocument.Parse(
        json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true }).RootElement;
}
