namespace VideoGen.Grains.Tasks;

/// <summary>Other writers of the same record won every attempt. Nothing of the command remains (T5).</summary>
[GenerateSerializer, Alias("VideoGen.TaskConflictException")]
public sealed class TaskConflictException(string message) : Exception(message)
{
}

/// <summary>Storage failed, and whether the command was stored could not be learned. The same operation id, sent again, settles it (T2).</summary>
[GenerateSerializer, Alias("VideoGen.TaskStorageException")]
public sealed class TaskStorageException(string message, Exception? innerException = null) : Exception(message, innerException)
{
}
