using System.Net.Http.Headers;

namespace VideoGen.Stages.Video;

/// <summary>When a service that is too busy wants to be asked again.</summary>
internal static class ServiceWaits
{
    /// <summary>The time that the header asks for, be it a length or a moment; null when that is over already.</summary>
    public static TimeSpan? WaitFrom(this RetryConditionHeaderValue header, DateTimeOffset now) =>
        (header.Delta ?? header.Date - now) is { } wait && wait > TimeSpan.Zero ? wait : null;
}
