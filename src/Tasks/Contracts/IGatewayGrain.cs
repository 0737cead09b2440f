namespace VideoGen.Tasks.Contracts;

/// <summary>
/// Answers at once in the silo that a client reaches first, so that the client knows that its connection carries something; use key 0. As many calls in a row
/// as there are gateways reach each of them.
/// </summary>
[Alias("VideoGen.IGatewayGrain"), GrainInterfaceType("VideoGen.IGatewayGrain")]
public interface IGatewayGrain : IGrainWithIntegerKey
{
    [Alias("Ping"), InTurn]
    Task PingAsync();
}
