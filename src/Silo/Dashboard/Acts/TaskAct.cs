using System.Collections.Immutable;
using VideoGen.Silo.Dashboard.Markup;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Dashboard.Acts;

/// <summary>Something that a person can do with a task. Each is one line of the command line too.</summary>
internal sealed record TaskAct
{
    private TaskAct(string name, string title, string explanation, string done)
    {
        Name = name;
        Title = title;
        Explanation = explanation;
        Done = done;
    }

    public static TaskAct Pause { get; } = new("pause", "Pause",
        "Nothing more of it is started. Stages at work are given back, and begin anew when it goes on.", "is paused")
    {
        Line = "pause {id} --after-stage {after}",
        OnRow = true,
        InBulk = true,
    };

    public static TaskAct Resume { get; } = new("resume", "Resume", "It goes on from where it was paused.", "goes on")
    {
        Line = "resume {id}",
        OnRow = true,
        InBulk = true,
    };

    public static TaskAct Retry { get; } = new(
        "retry",
        "Retry",
        "What did not complete is done again; what completed keeps what it made. Choose stages to have these done again, with all that depends on them.",
        "goes on")
    {
        Line = "retry {id} {stage}",
        OnRow = true,
        InBulk = true,
        ChoosesStages = true,
    };

    public static TaskAct StartNow { get; } = new(
        "now", "Run now", "What waits for its next attempt is started without waiting for the time.", "goes on")
    {
        Line = "retry {id} --now",
        InBulk = true,
    };

    public static TaskAct Skip { get; } = new(
        "skip",
        "Skip",
        "The stage counts as completed and has made nothing; what depends on it goes on without it. A critical stage cannot be skipped.",
        "goes on without it")
    {
        Line = "skip {id} {stage} --reason {reason}",
        ChoosesStages = true,
        OneStage = true,
        AsksWhy = true,
    };

    public static TaskAct Priority { get; } = new("priority", "Priority", "Tasks of higher priority go first in the queues.", "has its new priority")
    {
        Line = "priority {id} {priority}",
        InBulk = true,
    };

    public static TaskAct Cancel { get; } = new(
        "cancel", "Cancel", "Stages at work are interrupted. What is completed stays, and a retry goes on from there.", "is cancelled")
    {
        Line = "cancel {id} --reason {reason}",
        OnRow = true,
        InBulk = true,
        AsksWhy = true,
        Destroys = true,
    };

    public static TaskAct Delete { get; } = new(
        "delete", "Delete", "The task and all that it made are deleted for good. A task at work cannot be deleted.", "is deleted")
    {
        Line = "delete {id} --reason {reason}",
        OnRow = true,
        InBulk = true,
        AsksWhy = true,
        Destroys = true,
    };

    public static ImmutableArray<TaskAct> Every { get; } = [Pause, Resume, Retry, StartNow, Skip, Priority, Cancel, Delete];

    /// <summary>As it stands in the address.</summary>
    public string Name { get; }

    public string Title { get; }

    /// <summary>What it does, for who is about to do it.</summary>
    public string Explanation { get; }

    /// <summary>What is said of the task afterwards.</summary>
    public string Done { get; }

    /// <summary>After <c>videogen</c>; what stands in braces are fields of the form.</summary>
    public required string Line { get; init; }

    /// <summary>Whether a row of the list offers it.</summary>
    public bool OnRow { get; init; }

    /// <summary>Whether it can be done to many tasks at a time.</summary>
    public bool InBulk { get; init; }

    public bool ChoosesStages { get; init; }

    public bool OneStage { get; init; }

    /// <summary>Whether a reason is asked for.</summary>
    public bool AsksWhy { get; init; }

    /// <summary>Whether work is lost by it.</summary>
    public bool Destroys { get; init; }

    public static TaskAct? Find(string? name) => Every.FirstOrDefault(act => act.Name == name);

    /// <summary>Those that a task of this status may accept.</summary>
    public static IEnumerable<TaskAct> Of(RunStatus status) => status switch
    {
        RunStatus.Pending or RunStatus.Running => [Pause, StartNow, Skip, Retry with { OnRow = false }, Priority, Cancel],
        RunStatus.Paused => [Resume, Skip, Priority, Cancel, Delete with { OnRow = false }],
        RunStatus.Completed => [Retry with { OnRow = false }, Delete],
        _ => [Retry, Delete],
    };

    /// <summary>A link to the form of the act; the script opens it over the page.</summary>
    /// <param name="act">Which one.</param>
    /// <param name="task">Of which task.</param>
    /// <param name="back">The page to come back to.</param>
    /// <param name="stage">Chosen beforehand; null for none.</param>
    public static Html Link(TaskAct act, TaskId task, string back, StageName? stage = null)
    {
        var chosen = stage is { } name ? $"&stage={Uri.EscapeDataString(name.Value)}" : "";
        var address = $"/tasks/{task}/acts/{act.Name}?back={Uri.EscapeDataString(back)}{chosen}";
        return $"""
            <a class="button small{(act.Destroys ? " risky" : "")}" data-act href="{address}"
            aria-label="{act.Title} {stage?.Value ?? task.Value}">{act.Title}</a>
            """;
    }

    /// <summary>The command that the form asks for, or what is wrong with the form.</summary>
    public TaskCommand? ToCommand(IFormCollection form, out string? problem)
    {
        problem = null;
        var stages = ImmutableArray.CreateBuilder<StageName>();
        foreach (var text in form["stage"])
        {
            if (!StageName.TryParse(text ?? "", out var stage, out problem))
            {
                return null;
            }

            stages.Add(stage);
        }

        var reason = ReasonOf(form);
        switch (Name)
        {
            case "pause":
                return new PauseTask { AfterStages = form.ContainsKey("after") };
            case "resume":
                return new ResumeTask();
            case "retry":
                return new RetryTask { Stages = stages.ToImmutable() };
            case "now":
                return new StartNow(stages.Count == 1 ? stages[0] : default(StageName?));
            case "skip" when stages.Count == 1:
                return new SkipStage(stages[0], reason);
            case "skip":
                problem = "Choose the stage that is to be skipped.";
                return null;
            case "priority" when int.TryParse(form["priority"], out var priority) && Math.Abs(priority) <= Limits.MaxPriority:
                return new ChangePriority(priority);
            case "priority":
                problem = $"A priority is a whole number from -{Limits.MaxPriority} to {Limits.MaxPriority}.";
                return null;
            case "cancel":
                return new CancelTask();
            default:
                return new DeleteTask();
        }
    }

    /// <summary>Null where none was given.</summary>
    public static string? ReasonOf(IFormCollection form) => form["reason"].ToString().Trim() is { Length: > 0 } reason ? MessageText.Cut(reason) : null;
}
