namespace VideoGen.Client.Seed;

/// <summary>A task could not be saved, loaded or updated; the message says which one and why.</summary>
public class TaskStateException(string message, Exception? innerException = null) : Exception(message, innerException)
{
}

/// <summary>The task was changed by somebody else since it was loaded. Nothing was stored; load it again and repeat the change.</summary>
public sealed class TaskStateConflictException(string message) : TaskStateException(message)
{
}
