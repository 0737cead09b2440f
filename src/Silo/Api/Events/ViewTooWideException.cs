namespace VideoGen.Silo.Api.Events;

/// <summary>A view finds more tasks than can be followed (T10).</summary>
internal sealed class ViewTooWideException() : Exception(
    $"A stream follows at most {TaskViewFeed.MaxTasks} tasks, of which at most {TaskViewFeed.MaxBytes >> 20} MiB are said; this view finds more. "
    + "Add conditions, such as a status or a label.");
