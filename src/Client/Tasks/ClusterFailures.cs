using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;
using VideoGen.Tasks;

namespace VideoGen.Client.Tasks;

/// <summary>Which failures of a call pass by themselves.</summary>
internal static class ClusterFailures
{
    /// <summary>Whether the cluster may answer the same call later: its outcome is unknown, or there was none.</summary>
    public static bool IsTransient(Exception exception) => exception switch
    {
        // Damage does not pass by itself, so the caller learns of it at once.
        TaskStorageException storage => !storage.IsLasting,
        TaskConflictException => true,

        // No answer came; the silo is dead, leaves, is not reached, has too much to do; the grain moved in the middle of the call.
        TimeoutException or OrleansMessageRejectionException or ConnectionFailedException or GatewayTooBusyException => true,
        ClientNotAvailableException or LimitExceededException or ConnectionAbortedException or SocketException or EnumerationAbortedException => true,

        // A silo that stops ends what runs in it; the caller's own cancellation is told apart by its token.
        OperationCanceledException => true,
        _ => false,
    };
}
