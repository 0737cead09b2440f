using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.Grains.Tasks;

namespace VideoGen.Silo.Api;

internal static class Problems
{
    public static ProblemHttpResult BadRequest(string detail) => TypedResults.Problem(detail, statusCode: StatusCodes.Status400BadRequest);

    public static ProblemHttpResult NotFound(string detail) => TypedResults.Problem(detail, statusCode: StatusCodes.Status404NotFound);

    public static ProblemHttpResult NoSuchTask(TaskId task) => NotFound($"There is no task {task}.");
}

/// <summary>Storage or a silo that cannot be reached now is a 503: the same request may succeed later.</summary>
internal sealed class UnavailableStorage(IProblemDetailsService problems) : IExceptionHandler
{
    private const string RetryAfterSeconds = "5";

    public ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not (TaskStorageException or TaskConflictException or TimeoutException or Orleans.Runtime.OrleansException or System.Data.Common.DbException or IOException))
        {
            return ValueTask.FromResult(false);
        }

        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.RetryAfter = RetryAfterSeconds;
        return problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = context,
            ProblemDetails = { Status = StatusCodes.Status503ServiceUnavailable, Detail = $"The task could not be read now; try again in {RetryAfterSeconds} seconds. {exception.Message}" },
        });
    }
}
