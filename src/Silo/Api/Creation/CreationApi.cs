using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using VideoGen.Client.Documents;
using VideoGen.Client.Pipelines;
using VideoGen.Client.Tasks;
using VideoGen.Files;
using VideoGen.Silo.Access;
using VideoGen.Tasks;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Api.Creation;

/// <summary>Tasks are created over HTTP: of a document, of a pipeline of the caller's own, or of one that the silo knows.</summary>
internal static class CreationApi
{
    private const int MaxJsonBytes = (4 * Limits.MaxInputLength) + PipelineJson.MaxBytes;

    /// <summary>Hexadecimal digits of the hash that tells one task of a pipeline from another.</summary>
    private const int HashLength = 12;

    public const int MaxKeepDays = 3_650;

    public static void AddCreationApi(this IServiceCollection services) =>
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, CreationJson.Default));

    public static void MapCreationApi(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/tasks", CreateAsync)
            .WithTags("Tasks")
            .WithSummary(
                "Creates a task: of a document (a form with the file 'document' and files 'picture', or the document itself as the body and choices in the "
                + "address), or of a pipeline in JSON. The same content is the same task. With 'Prefer: wait=SECONDS' the answer waits for its end.")
            .Takes<TaskCreation>("application/json", "multipart/form-data", "text/markdown", "text/plain")
            .Produces<TaskCreated>(StatusCodes.Status201Created)
            .Produces<TaskCreated>()
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status501NotImplemented)
            .WithMetadata(new RequestSizeLimitAttribute(UploadedDocument.MaxBytes))
            .DisableAntiforgery()
            .Needs(Role.Operator)
            .AppliesLabels();

    private static async Task<IResult> CreateAsync(HttpContext context, TaskCalls calls, IServiceProvider services, CancellationToken cancellationToken)
    {
        if (!OperationKeys.TryRead(context.Request, out var key, out var problem))
        {
            return Problems.BadRequest(problem!);
        }

        var media = MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var parsed) ? parsed.MediaType.Value?.ToLowerInvariant() : null;
        return media switch
        {
            "application/json" => await CreateOfJsonAsync(context, calls, key, services, cancellationToken),
            "multipart/form-data" or "text/markdown" or "text/plain" =>
                await CreateOfDocumentAsync(context, calls, media == "multipart/form-data", services, cancellationToken),
            _ => Problems.Of(
                ProblemType.UnsupportedMediaType,
                "A task is created of a document (multipart/form-data, text/markdown or text/plain) or of a pipeline (application/json)."),
        };
    }

    private static async Task<IResult> CreateOfDocumentAsync(
        HttpContext context, TaskCalls calls, bool isForm, IServiceProvider services, CancellationToken cancellationToken)
    {
        if (services.GetService<IDocumentTasks>() is not { } documents)
        {
            return Problems.NotImplemented("This silo makes no videos of documents; send a pipeline in JSON.");
        }

        using var upload = new UploadedDocument();
        var read = isForm ? upload.ReadFormAsync(context.Request, cancellationToken) : upload.ReadPlainAsync(context.Request, cancellationToken);
        if (await read is { } unreadable)
        {
            return unreadable;
        }

        if (upload.Choices.ToDocument(upload.Path!, out var problem) is not { } document)
        {
            return problem!;
        }

        CreateTask prepared;
        try
        {
            prepared = await documents.PrepareAsync(document, cancellationToken);
        }
        catch (DocumentRefusedException exception)
        {
            return Problems.Of(ProblemType.Unprocessable, exception.Message);
        }

        return upload.Choices.Complete(prepared, out problem) is { } create
            ? await SendAsync(create, null, context, calls, cancellationToken)
            : problem!;
    }

    private static async Task<IResult> CreateOfJsonAsync(
        HttpContext context, TaskCalls calls, string? key, IServiceProvider services, CancellationToken cancellationToken)
    {
        var (body, problem) = await RequestBody.ReadAsync(context.Request, CreationJson.Default.TaskCreation, MaxJsonBytes);
        if (body is null)
        {
            return problem!;
        }

        if (body.KeepDays is < 0 or > MaxKeepDays)
        {
            return Problems.Of(ProblemType.Unprocessable, $"keep_days is a number from 0 to {MaxKeepDays}.");
        }

        if (body.Input is { ValueKind: not JsonValueKind.Object })
        {
            return Problems.Of(ProblemType.Unprocessable, "The input of a task is a JSON object in braces.");
        }

        if (ReadPipeline(body.Pipeline, services, out problem) is not { } pipeline)
        {
            return problem!;
        }

        var input = body.Input is { } given ? JsonText.FromElement(given) : JsonText.EmptyObject;
        var name = body.TaskId ?? $"{pipeline.Name}-{Hash(key is null ? $"{body.Pipeline.GetRawText()}\n{input.Value}" : $"key\n{key}")}";
        if (!TaskId.TryParse(name, out var task, out var wrong))
        {
            return Problems.BadRequest(wrong!);
        }

        var artifacts = services.GetService<IArtifactStore>();
        return await SendAsync(
            new CreateTask(task, input, pipeline)
            {
                ArtifactFolder = artifacts is null ? null : await artifacts.IdentifyAsync(cancellationToken),
                Labels = TaskState.NoLabels.SetItems(body.Labels ?? TaskState.NoLabels),
                Priority = body.Priority,
                FairShare = body.Fair is { } fair ? new FairShare(fair.Key, fair.Weight) : null,
                Retention = body.KeepDays is { } days ? TimeSpan.FromDays(days) : null,
                Fresh = body.Fresh,
            },
            body.TaskId is null ? key : null,
            context,
            calls,
            cancellationToken);
    }

    /// <param name="create">What is to be created.</param>
    /// <param name="key">The Idempotency-Key where the id of the task was made of it; else null.</param>
    /// <param name="context">Of the request.</param>
    /// <param name="calls">Reaches the task.</param>
    /// <param name="cancellationToken">The caller went away.</param>
    private static async Task<IResult> SendAsync(CreateTask create, string? key, HttpContext context, TaskCalls calls, CancellationToken cancellationToken)
    {
        create = create with
        {
            Labels = create.Labels.SetItems(context.GetCaller().Labels),
            Origin = AuditTrail.OriginOf(context),
        };
        TaskReply reply;
        try
        {
            reply = await calls.Tasks.CreateAsync(create, cancellationToken);
        }
        catch (QueueFullException exception)
        {
            context.Response.Headers.RetryAfter = $"{Math.Max(1, (int)Math.Ceiling(exception.RetryAfter.TotalSeconds))}";
            return Problems.Of(ProblemType.QueueFull, exception.Message);
        }

        if (reply.IsRefused)
        {
            return reply.Reason != RefusalReason.Conflict ? Problems.Refused(create.TaskId, reply)
                : key is not null ? Problems.Of(ProblemType.KeyReused, $"The {OperationKeys.Header} came before with other content, for task {create.TaskId}.")
                : Problems.Of(
                    ProblemType.IdTaken, $"Task {create.TaskId} exists already, for another content or with other options. Choose another id, or delete it.");
        }

        var snapshot = await calls.ReadAsync(create.TaskId);
        if (Preference.WaitOf(context.Request) is { } wait && snapshot is not null && !snapshot.ToState().Status.IsFinished())
        {
            Preference.Apply(context.Response, wait);
            snapshot = await TaskWaits.WaitAsync(calls.Tasks, create.TaskId, snapshot, IsFinished, wait, cancellationToken)
                ?? await calls.ReadAsync(create.TaskId);
        }

        if (snapshot is not null)
        {
            context.Response.Headers.ETag = calls.HeadersOf(snapshot).ETag;
        }

        var url = $"/api/tasks/{create.TaskId}";
        var isNew = reply.Outcome == CommandOutcome.Applied;
        var status = snapshot?.ToState().Status ?? RunStatus.Pending;
        var created = new TaskCreated(create.TaskId.Value, isNew, status.ToWireName(), snapshot?.Version ?? reply.Version, url, $"{url}/events");
        context.Response.Headers.Location = url;
        return TypedResults.Json(
            created, CreationJson.Default.TaskCreated, statusCode: isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private static bool IsFinished(TaskSnapshot snapshot) => snapshot.ToState().Status.IsFinished();

    private static PipelineDefinition? ReadPipeline(JsonElement pipeline, IServiceProvider services, out ProblemHttpResult? problem)
    {
        problem = null;
        try
        {
            if (pipeline.ValueKind != JsonValueKind.String)
            {
                return PipelineJson.Parse(Encoding.UTF8.GetBytes(pipeline.GetRawText()));
            }

            var known = services.GetServices<PipelineDefinition>().ToList();
            var name = pipeline.GetString();
            if (known.FirstOrDefault(one => one.Name == name) is { } found)
            {
                return found;
            }

            problem = Problems.Of(
                ProblemType.Unprocessable,
                $"This silo knows no pipeline '{NameText.Printable(name ?? "")}'"
                + (known.Count == 0 ? "; send its definition." : $"; it knows {string.Join(", ", known.Select(one => one.Name))}."));
        }
        catch (PipelineFormatException exception)
        {
            problem = Problems.Of(
                ProblemType.Unprocessable,
                $"The pipeline is not sound. {exception.Message}",
                [KeyValuePair.Create<string, object?>("errors", exception.Problems.Select(one => $"{one.Path}: {one.Message}").ToArray())]);
        }

        return null;
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HashLength];
}
