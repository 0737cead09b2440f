using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace VideoGen.Cli.WorkerCheck;

/// <summary>What a worker hears of the cluster that checks it.</summary>
internal static class Answers
{
    /// <summary>There is nothing to do. It comes a little later, so that a worker that asks without a rest does not keep a processor busy.</summary>
    public static Task Empty(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.Delay(TimeSpan.FromSeconds(0.2));
    }

    /// <summary>The connection ends without an answer.</summary>
    public static Task Cut(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    public static Func<HttpContext, Task> Ok(object value) => context => WriteAsync(context, StatusCodes.Status200OK, value);

    public static Func<HttpContext, Task> LeaseLost => Problem(StatusCodes.Status410Gone, "lease-lost");

    public static Func<HttpContext, Task> Problem(int status, string type) => context => WriteAsync(
        context, status, new { type = $"/problems/{type}", title = type, status, detail = "As the check has it." });

    public static async Task WriteAsync(HttpContext context, int status, object value)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = status < 400 ? "application/json" : "application/problem+json";
        await JsonSerializer.SerializeAsync(context.Response.Body, value);
    }
}
