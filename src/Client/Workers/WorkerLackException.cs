namespace VideoGen.Client.Workers;

/// <summary>It is this worker that cannot do the stage, whatever its kind.</summary>
internal sealed class WorkerLackException(string message, Exception? innerException = null) : Exception(message, innerException)
{
}
