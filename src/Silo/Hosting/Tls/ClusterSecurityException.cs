namespace VideoGen.Silo.Hosting.Tls;

/// <summary>What a silo or a client was given to talk safely to others does not work, or is missing. The message is for whoever runs the process.</summary>
public sealed class ClusterSecurityException(string message, Exception? innerException = null) : ArgumentException(message, innerException)
{
}
