using System.Net.Sockets;
using Npgsql;
using VideoGen.Storage.Records;
using VideoGen.Tasks;

namespace VideoGen.Storage.PostgreSql;

/// <summary>The server's errors in words for a person who runs the program.</summary>
internal static class PostgresFaults
{
    /// <param name="exception">What Npgsql threw.</param>
    /// <param name="place">The database and its server, without the password.</param>
    /// <param name="what">What was attempted: "The task demo could not be stored".</param>
    public static StoreException Explain(Exception exception, string place, string what)
    {
        var (fault, why) = exception switch
        {
            PostgresException server => Explain(server, place),
            NpgsqlException { InnerException: TimeoutException } => (StoreFault.Failed, $"{place} did not answer in time."),
            _ => (StoreFault.Failed, $"{place} cannot be reached: {FirstLine(exception)}. Does the server run, and are host and port right?"),
        };
        return new StoreException(fault, $"{what}: {why}", exception);
    }

    /// <summary>Whether the server undid the whole transaction only because another one was in its way.</summary>
    public static bool IsToBeTriedAgain(NpgsqlException exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure };

    /// <summary>What a database throws when it is used: faults of the server, of the way to it, and of a connection that was just lost.</summary>
    public static bool IsOfDatabase(Exception exception) => exception is NpgsqlException or SocketException or TimeoutException or IOException;

    private static (StoreFault Fault, string Why) Explain(PostgresException server, string place) => server.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            (StoreFault.Unusable, $"{place} refused the user or the password ({Text(server)})."),
        PostgresErrorCodes.InvalidCatalogName => (StoreFault.Unusable, $"{place} does not exist. Make the database, or give its user the right to make one."),
        PostgresErrorCodes.InsufficientPrivilege =>
            (StoreFault.Unusable, $"the user may not do that in {place} ({Text(server)}). It needs a schema of its own, or the right to make one."),
        PostgresErrorCodes.ReadOnlySqlTransaction => (StoreFault.Unusable, $"{place} can only be read. Is it a standby? Give the address of the primary."),
        PostgresErrorCodes.DiskFull => (StoreFault.Full, $"no space is left on the disk of {place}. Make room there; it goes on by itself."),
        PostgresErrorCodes.TooManyConnections => (StoreFault.Busy, $"{place} has no connection left. Raise its max_connections, or lower Partitions."),
        PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure =>
            (StoreFault.Busy, $"other transactions of {place} were in the way again and again. Try again later."),
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn =>
            (StoreFault.Damaged,
                $"the tables of {place} are not as this program made them ({Text(server)}). If a newer program has been started there, use that; else put a "
                + "backup in their place."),
        { } state when state.StartsWith("22", StringComparison.Ordinal) || state.StartsWith("54", StringComparison.Ordinal) =>
            (StoreFault.Refused, $"{place} cannot store such a record ({Text(server)})."),
        _ => (StoreFault.Failed, $"{place} answered: {Text(server)} ({server.SqlState})."),
    };

    private static string Text(PostgresException server) => SecretText.Mask(server.MessageText.Split('\n')[0].TrimEnd('.'));

    private static string FirstLine(Exception exception) => SecretText.Mask(exception.GetBaseException().Message.Split('\n')[0].Trim().TrimEnd('.'));
}
