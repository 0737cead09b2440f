namespace VideoGen.Tasks.Queues;

/// <summary>The form of queue names: that of stage names, and shorter.</summary>
public static class QueueName
{
    public const int MaxLength = 64;

    /// <summary>Null when the name is well formed, else what is wrong with it.</summary>
    public static string? Check(string? name) =>
        name is { Length: >= 1 and <= MaxLength } && StageName.TryParse(name, out _, out _)
            ? null
            : $"'{NameText.Printable(name ?? "")}' is not the name of a queue: it needs 1 to {MaxLength} characters of A-Z a-z 0-9 _ - .";
}
