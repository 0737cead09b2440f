using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;

namespace VideoGen.Benchmarks.Marks;

/// <summary>What all contenders of the scenario are told.</summary>
internal static class MarkCommands
{
    /// <summary>Marks that one task keeps; it cuts its list of errors off at 200.</summary>
    public const int Capacity = 192;

    private const string Stage = "render";

    public static IEnumerable<TaskCommand> Create(string task) => [new CreateTask(TaskId.Parse(task), JsonText.EmptyObject, null), new AddStage(Stage)];

    /// <summary>A failure of the stage appends to the errors of the task each time that it takes effect.</summary>
    public static TaskCommand Mark(string mark) => new FailStage(Stage, null, mark);

    /// <summary>As it stands among the errors.</summary>
    public static string Shown(string mark) => $"{Stage}: {mark}";
}
