using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Connections;
using VideoGen.Tasks.Access;

namespace VideoGen.Client.Access;

/// <summary>
/// The first bytes of a connection between processes of a cluster. The silo says whether it asks for a secret, and sends a number that it never sent before;
/// the other end sends its own number, in which role it comes, and a proof that it knows that role's key; and the silo proves the same. A proof is of both
/// numbers, so that what somebody heard is of no use another time. The secret itself is never sent.
/// </summary>
public static class Handshake
{
    /// <summary>Who comes, on the wire, when it is not a client but a silo.</summary>
    public const byte Silo = 9;

    private const int NonceLength = 32;

    private const int ProofLength = 32;

    private const int GreetingLength = 4 + 1 + NonceLength;

    private const int AnswerLength = 1 + NonceLength + ProofLength;

    private const int VerdictLength = 1 + ProofLength;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static ReadOnlySpan<byte> Magic => "VGd1"u8;

    /// <summary>The silo's part. False when the other end is not let in; then the connection is to be closed.</summary>
    /// <param name="connection">Of one who came.</param>
    /// <param name="secret">What it has to know; null when everybody is let in.</param>
    /// <param name="mayCome">Which kinds may come here: a role, or <see cref="Silo"/>.</param>
    public static async Task<bool> ReceiveAsync(ConnectionContext connection, ClusterSecret? secret, Func<byte, bool> mayCome)
    {
        ArgumentNullException.ThrowIfNull(connection);
        using var patience = new CancellationTokenSource(Patience);
        var own = RandomNumberGenerator.GetBytes(NonceLength);
        byte[] greeting = [.. Magic, secret is null ? (byte)0 : (byte)1, .. own];
        await connection.Transport.Output.WriteAsync(greeting, patience.Token).ConfigureAwait(false);
        var answer = await ReadAsync(connection, AnswerLength, patience.Token).ConfigureAwait(false);
        var (kind, other, proof) = (answer[0], answer[1..(1 + NonceLength)], answer[(1 + NonceLength)..]);
        var key = secret is null
            ? []
            : KeysOf(secret, kind).FirstOrDefault(key => CryptographicOperations.FixedTimeEquals(proof, Prove(key, "client", kind, own, other)));
        var isIn = key is not null && mayCome(kind);
        byte[] verdict = [isIn ? (byte)1 : (byte)0, .. isIn && secret is not null ? Prove(key!, "silo", kind, other, own) : new byte[ProofLength]];
        await connection.Transport.Output.WriteAsync(verdict, patience.Token).ConfigureAwait(false);
        return isIn;
    }

    /// <summary>The part of one who comes.</summary>
    /// <param name="connection">To the silo.</param>
    /// <param name="door">What this process knows.</param>
    /// <param name="kind">As what it comes: a role, or <see cref="Silo"/>.</param>
    /// <exception cref="ClusterSecretException">It is not let in, or the silo does not know the secret itself.</exception>
    public static async Task SendAsync(ConnectionContext connection, ClusterDoor door, byte kind)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(door);
        using var patience = new CancellationTokenSource(Patience);
        byte[] greeting;
        try
        {
            greeting = await ReadAsync(connection, GreetingLength, patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw new ClusterSecretException(
                $"The silo at {connection.RemoteEndPoint} does not say whether it asks for a secret: it is of an older program. "
                + $"While both are in use, set {ClusterSecrets.Variable}={ClusterSecrets.None} for the newer ones.");
        }

        if (!greeting.AsSpan(0, Magic.Length).SequenceEqual(Magic))
        {
            throw new ClusterSecretException($"What answers at {connection.RemoteEndPoint} is no silo of this program.");
        }

        var (isLocked, other, own) = (greeting[Magic.Length] != 0, greeting[(Magic.Length + 1)..], RandomNumberGenerator.GetBytes(NonceLength));
        var key = door.Secret is null ? null : KeysOf(door.Secret, kind).FirstOrDefault();
        if (isLocked ? key is null : door is { IsChosen: true, Secret: not null })
        {
            throw new ClusterSecretException(isLocked
                ? $"The silo at {connection.RemoteEndPoint} asks for the secret of its cluster: set {ClusterSecrets.FileVariable} to a file that holds it."
                : $"The silo at {connection.RemoteEndPoint} asks for no secret, and this process has one: it is of another cluster, or was started without.");
        }

        byte[] answer = [kind, .. own, .. isLocked ? Prove(key!, "client", kind, other, own) : new byte[ProofLength]];
        await connection.Transport.Output.WriteAsync(answer, patience.Token).ConfigureAwait(false);
        byte[] verdict;
        try
        {
            verdict = await ReadAsync(connection, VerdictLength, patience.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or ConnectionAbortedException)
        {
            // A silo that lets nobody in closes the connection, and its word may be lost with it.
            verdict = [0];
        }

        if (verdict[0] != 1 || (isLocked && !CryptographicOperations.FixedTimeEquals(verdict.AsSpan(1), Prove(key!, "silo", kind, own, other))))
        {
            throw new ClusterSecretException(
                $"The silo at {connection.RemoteEndPoint} has another secret than this process ({door.Secret}), or does not take that role. "
                + $"All processes of a cluster have the same in {ClusterSecrets.FileVariable}, or are of the same user on the same machine.");
        }
    }

    private static IEnumerable<byte[]> KeysOf(ClusterSecret secret, byte kind) =>
        kind == Silo ? secret.DeriveAll("silo")
        : Enum.IsDefined((Role)kind) ? secret.KeysOf((Role)kind)
        : [];

    private static byte[] Prove(byte[] key, string who, byte kind, byte[] first, byte[] second) =>
        HMACSHA256.HashData(key, (byte[])[.. Encoding.ASCII.GetBytes(who), kind, .. first, .. second]);

    private static async Task<byte[]> ReadAsync(ConnectionContext connection, int length, CancellationToken cancellationToken)
    {
        var read = await connection.Transport.Input.ReadAtLeastAsync(length, cancellationToken).ConfigureAwait(false);
        if (read.Buffer.Length < length)
        {
            throw new ConnectionAbortedException("The other end closed the connection before it had said who it is.");
        }

        var bytes = read.Buffer.Slice(0, length).ToArray();
        connection.Transport.Input.AdvanceTo(read.Buffer.GetPosition(length));
        return bytes;
    }
}
