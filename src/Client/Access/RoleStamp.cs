using System.Security.Cryptography;
using Orleans.Runtime;
using VideoGen.Tasks.Access;

namespace VideoGen.Client.Access;

/// <summary>Says with each call of a client in which role it comes. Who does not know that role's key cannot say it.</summary>
/// <param name="stamp">See <see cref="Of"/>.</param>
public sealed class RoleStamp(Guid stamp) : IOutgoingGrainCallFilter
{
    /// <summary>Where it stands in a call.</summary>
    public const string Key = "videogen.role";

    private const int StampLength = 16;

    private readonly object _stamp = stamp;

    /// <summary>The stamp that goes with a key.</summary>
    public static Guid Of(byte[] key) => new(HMACSHA256.HashData(key, "call"u8).AsSpan(0, StampLength));

    public Task Invoke(IOutgoingGrainCallContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.SourceId is not { } source || source.IsClient())
        {
            RequestContext.Set(Key, _stamp);
        }

        return context.Invoke();
    }
}
