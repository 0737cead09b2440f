using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.Client.Tasks;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Silo.Api;

internal static class Problems
{
    public static ProblemHttpResult Of(ProblemType type, string detail, IEnumerable<KeyValuePair<string, object?>>? extensions = null) =>
        TypedResults.Problem(detail, statusCode: type.Status, title: type.Title, type: type.Address, extensions: extensions);

    public static ProblemHttpResult BadRequest(string detail) => Of(ProblemType.InvalidRequest, detail);

    public static ProblemHttpResult NotFound(string detail) => Of(ProblemType.NotFound, detail);

    public static ProblemHttpResult NotImplemented(string detail) => Of(ProblemType.NotSupported, detail);

    public static ProblemHttpResult NoSuchTask(TaskId task) => NotFound($"There is no task {task}.");

    /// <summary>What a task refused.</summary>
    public static ProblemHttpResult Refused(TaskId task, TaskReply reply) => Of(
        reply.Reason switch
        {
            RefusalReason.NotFound => ProblemType.NotFound,
            RefusalReason.InvalidInput => ProblemType.Unprocessable,
            RefusalReason.LeaseLost => ProblemType.LeaseLost,
            RefusalReason.OperationReused => ProblemType.KeyReused,
            RefusalReason.OperationExpired => ProblemType.OperationExpired,
            RefusalReason.Busy => ProblemType.Unavailable,
            RefusalReason.QueueFull => ProblemType.QueueFull,
            _ => ProblemType.Conflict,
        },
        $"Task {task}: {reply.Message}");

    /// <summary>Gives every problem that says nothing of its kind that of its status.</summary>
    public static void Complete(ProblemDetailsContext context)
    {
        var details = context.ProblemDetails;
        if (details is { Status: >= StatusCodes.Status500InternalServerError, Detail: { } detail })
        {
            // What the store says of itself is for its operators, who have the log.
            details.Detail = HostPaths.Hide(SecretText.Mask(detail));
        }

        if (ProblemType.Of(details.Status) is { } type && details.Type?.StartsWith(ProblemType.Path, StringComparison.Ordinal) != true)
        {
            details.Type = type.Address;
            details.Title = type.Title;
        }
    }
}

/// <summary>
/// Storage or a silo that cannot be reached now is a 503: the same request may succeed later. What is stored and cannot be read is a 500 that says so. What the
/// server itself refuses to read of a request has the status that it gives.
/// </summary>
internal sealed class UnavailableStorage(IProblemDetailsService problems) : IExceptionHandler
{
    public const int RetryAfterSeconds = 5;

    /// <summary>The status that a failed read is answered with; null when the failure is no such thing, but a bug.</summary>
    public static int? StatusOf(Exception exception) => exception switch
    {
        BadHttpRequestException request => request.StatusCode,
        TaskStorageException { IsLasting: true } => StatusCodes.Status500InternalServerError,
        TaskStorageException or TaskConflictException or TimeoutException or Orleans.Runtime.OrleansException => StatusCodes.Status503ServiceUnavailable,
        System.Data.Common.DbException or IOException => StatusCodes.Status503ServiceUnavailable,
        _ => ClusterFailures.IsTransient(exception) ? StatusCodes.Status503ServiceUnavailable : null,
    };

    /// <summary>Sets the status, and says when to come back where that makes sense.</summary>
    public static void Answer(HttpResponse response, int status)
    {
        response.StatusCode = status;
        if (status == StatusCodes.Status503ServiceUnavailable)
        {
            response.Headers.RetryAfter = $"{RetryAfterSeconds}";
        }
    }

    public ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered.
            return ValueTask.FromResult(true);
        }

        if (StatusOf(exception) is not { } status)
        {
            return ValueTask.FromResult(false);
        }

        Answer(context.Response, status);
        var advice = status == StatusCodes.Status503ServiceUnavailable ? $"Storage does not answer now; try again in {RetryAfterSeconds} seconds. " : "";
        return problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = context,
            ProblemDetails =
            {
                Status = status,
                Type = status == StatusCodes.Status500InternalServerError ? ProblemType.Damaged.Address : null,
                Title = status == StatusCodes.Status500InternalServerError ? ProblemType.Damaged.Title : null,
                Detail = $"{advice}{exception.Message}",
            },
        });
    }
}
