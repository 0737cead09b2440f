namespace VideoGen.Client.Hosting;

/// <summary>No silo was reached in time; the message says where, and what to do.</summary>
public sealed class ClusterUnreachableException(string message, Exception innerException) : Exception(message, innerException)
{
}
