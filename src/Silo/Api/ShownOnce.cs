using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.Silo.Access;

namespace VideoGen.Silo.Api;

/// <summary>
/// What an answer shows once, a key or the secret of a webhook, when that answer was lost: the same request under the same <c>Idempotency-Key</c> is given it
/// again for some minutes, and nothing is stored for that. Whatever is made comes of the caller, that header and a key of the cluster; so it is found again,
/// here or at another silo. Without a cluster's secret, another silo can only say that the name is taken.
/// </summary>
internal sealed class ShownOnce(Seals seals, TimeProvider time)
{
    /// <summary>For how long the same request is shown it again.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    /// <summary>Seeds of 512 bits, the one for something new first; none where the request has no key, and what it makes comes of chance.</summary>
    /// <param name="kind">What is made.</param>
    /// <param name="caller">Who asks: the same text of another caller is another request.</param>
    /// <param name="operation">The header's text.</param>
    public IReadOnlyList<byte[]> SeedsOf(string kind, Caller caller, string? operation) => operation is null
        ? []
        : [.. seals.KeysOf($"once/{kind}").Select(key => HMACSHA512.HashData(key, Encoding.UTF8.GetBytes($"{caller.Name}\n{operation}")))];

    /// <summary>Why what the request made before is not shown again; null when it is.</summary>
    /// <param name="what">What it is called.</param>
    /// <param name="madeAt">When it was made.</param>
    /// <param name="isAsAsked">Whether it is what the request asks for.</param>
    /// <param name="isRevoked">Whether it is good no more.</param>
    public ProblemHttpResult? Refuse(string what, DateTimeOffset madeAt, bool isAsAsked, bool isRevoked) =>
        !isAsAsked ? Problems.Of(ProblemType.KeyReused, $"A request under this {OperationKeys.Header} made the {what}, and asked for something else.")
        : isRevoked ? Problems.Of(ProblemType.Conflict, $"This request made the {what}, which is revoked by now. For another one choose another name.")
        : time.GetUtcNow() - madeAt > Window ? Problems.Of(
            ProblemType.Conflict,
            string.Create(
                CultureInfo.InvariantCulture,
                $"This request made the {what} at {madeAt:u}. What it shows once is shown for {Window.TotalMinutes} minutes; if nobody has it, take the "
                + $"{what} away, and make another."))
        : null;

    /// <summary>What is said of a name that is taken.</summary>
    public static ProblemHttpResult Taken(string problem, bool isRepeatable) => Problems.Of(
        ProblemType.Conflict,
        isRepeatable ? $"{problem} If you made it and the answer was lost: take it away, and make another." : problem);
}
