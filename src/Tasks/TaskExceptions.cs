using System.Text.Json;

namespace VideoGen.Tasks;

/// <summary>Other writers of the same record won every attempt. Nothing of the command remains (T5).</summary>
[GenerateSerializer, Alias("VideoGen.TaskConflictException")]
public sealed class TaskConflictException(string message) : Exception(message)
{
}

/// <summary>
/// Storage cannot answer now. After a command it is unknown whether its effect was stored: the same operation id, sent again, settles it (T2).
/// </summary>
/// <remarks>
/// A store's own exceptions derive from this one, and stay in their silo: grains throw this very type, which every client knows. So it carries the cause as
/// text.
/// </remarks>
[GenerateSerializer, Alias("VideoGen.TaskStorageException")]
public class TaskStorageException : Exception
{
    /// <param name="message">What happened, to which task, and what to do.</param>
    /// <param name="cause">What the store itself said.</param>
    /// <param name="isLasting">See <see cref="IsLasting"/>.</param>
    public TaskStorageException(string message, string? cause = null, bool isLasting = false)
        : base(message)
    {
        Cause = cause;
        IsLasting = isLasting;
    }

    /// <summary>For the exceptions of a store, which keep what caused them for the log of their silo.</summary>
    protected TaskStorageException(string message, bool isLasting, Exception? innerException)
        : base(message, innerException) => IsLasting = isLasting;

    /// <summary>What the store itself said, for a person; null when the message says it already.</summary>
    [Id(0)] public string? Cause { get; }

    /// <summary>True when the same call fails again until the store is mended: a damaged record, a store of a newer program.</summary>
    [Id(1)] public bool IsLasting { get; }

    /// <summary>The failure of a store in the form that may leave its silo.</summary>
    public static TaskStorageException From(Exception failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return failure.GetType() == typeof(TaskStorageException)
            ? (TaskStorageException)failure
            : new TaskStorageException(failure.Message, isLasting: IsLastingFailure(failure));
    }

    /// <summary>Whether that failure of a store stays until the store is mended.</summary>
    internal static bool IsLastingFailure(Exception failure) => failure is TaskStorageException { IsLasting: true } or JsonException;
}
