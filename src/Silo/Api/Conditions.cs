using Microsoft.Net.Http.Headers;

namespace VideoGen.Silo.Api;

/// <summary>Requests that hold only for a certain version of what they name (RFC 9110, section 13).</summary>
internal static class Conditions
{
    /// <summary>The status that a read ends with when its conditions do not hold: 304, or 412; null when it goes on.</summary>
    public static int? OfRead(HttpRequest request, string entityTag) =>
        !Matches(request, entityTag) ? StatusCodes.Status412PreconditionFailed
        : IsKnown(request, entityTag) ? StatusCodes.Status304NotModified
        : null;

    /// <summary>Whether the request names no version in If-Match, or this one.</summary>
    public static bool Matches(HttpRequest request, string? entityTag) =>
        request.Headers.IfMatch is not { Count: > 0 } wanted
        || (entityTag is not null && Names(wanted.ToString(), entityTag, mayBeWeak: false));

    /// <summary>Whether If-Match asks for more than that there is anything.</summary>
    public static bool NameAVersion(HttpRequest request) => request.Headers.IfMatch is { Count: > 0 } wanted && wanted.ToString().Trim() != "*";

    /// <summary>Whether the caller has this version already.</summary>
    public static bool IsKnown(HttpRequest request, string entityTag) =>
        request.Headers.IfNoneMatch is { Count: > 0 } known && Names(known.ToString(), entityTag, mayBeWeak: true);

    private static bool Names(string list, string entityTag, bool mayBeWeak)
    {
        if (list == entityTag || list.Trim() == "*")
        {
            return true;
        }

        var tag = EntityTagHeaderValue.Parse(entityTag);
        return EntityTagHeaderValue.TryParseList([list], out var tags)
            && tags.Any(one => one.Tag == "*" || (mayBeWeak ? one.Tag == tag.Tag : one.Compare(tag, useStrongComparison: true)));
    }
}
