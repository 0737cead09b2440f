namespace VideoGen.Silo.Cluster;

/// <summary>Why a silo stops by itself; null while it does not.</summary>
public sealed class Departure
{
    private volatile string? _reason;

    public string? Reason => _reason;

    internal void Decide(string reason) => _reason = reason;
}
