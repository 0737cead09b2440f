using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.Tasks;

namespace VideoGen.Silo.Api;

internal static class Problems
{
    public static ProblemHttpResult BadRequest(string detail) => TypedResults.Problem(detail, statusCode: StatusCodes.Status400BadRequest);

    public static ProblemHttpResult NotFound(string detail) => TypedResults.Problem(detail, statusCode: StatusCodes.Status404NotFound);

    public static ProblemHttpResult NotImplemented(string detail) => TypedResults.Problem(detail, statusCode: StatusCodes.Status501NotImplemented);

    public static ProblemHttpResult NoSuchTask(TaskId task) => NotFound($"There is no task {task}.");
}

/// <summary>
/// Storage or a silo that cannot be reached now is a 503: the same request may succeed later. What is stored and cannot be read is a 500 that says so.
/// </summary>
internal sealed class UnavailableStorage(IProblemDetailsService problems) : IExceptionHandler
{
    public const int RetryAfterSeconds = 5;

    /// <summary>The status that a failed read is answered with; null when the failure is no such thing, but a bug.</summary>
    public static int? StatusOf(Exception exception) => exception switch
    {
        TaskStorageException { IsLasting: true } => StatusCodes.Status500InternalServerError,
        TaskStorageException or TaskConflictException or TimeoutException or Orleans.Runtime.OrleansException => StatusCodes.Status503ServiceUnavailable,
        System.Data.Common.DbException or IOException => StatusCodes.Status503ServiceUnavailable,
        _ => null,
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
        if (StatusOf(exception) is not { } status)
        {
            return ValueTask.FromResult(false);
        }

        Answer(context.Response, status);
        var advice = status == StatusCodes.Status503ServiceUnavailable ? $"Storage does not answer now; try again in {RetryAfterSeconds} seconds. " : "";
        return problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = context,
            ProblemDetails = { Status = status, Detail = $"{advice}{exception.Message}" },
        });
    }
}
