using VideoGen.Silo.Access;

namespace VideoGen.Silo.Api.Events;

/// <summary>What changes, told as it changes: the states of one task, and the tasks that a list finds.</summary>
internal static class EventsApi
{
    public static void AddEventsApi(this IServiceCollection services)
    {
        services.AddSingleton<TaskFeeds>();
        services.AddSingleton<TaskViews>();
    }

    public static void MapEventsApi(this IEndpointRouteBuilder routes)
    {
        var tasks = routes.MapGroup("/api/tasks").WithTags("Tasks").ProducesProblem(StatusCodes.Status400BadRequest);
        tasks.MapGet($"/{TaskViewEvents.Name}", TaskViewEvents.StreamAsync)
            .AppliesLabels()
            .WithSummary("All tasks that a list finds, and each that enters the list, changes or leaves it, as server-sent events.")
            .Produces<string>(contentType: "text/event-stream")
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status501NotImplemented);
        tasks.MapGet("/{id}/events", TaskEvents.StreamAsync)
            .WithSummary("Each newer state of a task, as server-sent events.")
            .Produces<string>(contentType: "text/event-stream")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status404NotFound);
    }
}
