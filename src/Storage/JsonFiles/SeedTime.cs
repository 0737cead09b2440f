using System.Globalization;

namespace VideoGen.Storage.JsonFiles;

/// <summary>
/// Times of the seed's files: Python's <c>isoformat()</c>, with microseconds only where there are some. The seed wrote local time without an offset; we
/// write UTC with one, which Python reads as well. What is finer than a microsecond is cut off.
/// </summary>
internal static class SeedTime
{
    public static string Format(DateTimeOffset time)
    {
        var utc = time.UtcDateTime;
        var isWhole = utc.Ticks / TimeSpan.TicksPerMicrosecond % 1_000_000 == 0;
        return utc.ToString(isWhole ? "yyyy-MM-dd'T'HH:mm:ss'+00:00'" : "yyyy-MM-dd'T'HH:mm:ss.ffffff'+00:00'", CultureInfo.InvariantCulture);
    }

    /// <param name="text">With an offset, or without one for local time.</param>
    /// <param name="local">The zone of times without an offset.</param>
    /// <param name="time">In UTC.</param>
    public static bool TryParse(string? text, TimeZoneInfo local, out DateTimeOffset time)
    {
        time = default;
        if (!DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var parsed) || text![0] is < '0' or > '9')
        {
            return false;
        }

        if (parsed.Kind == DateTimeKind.Unspecified)
        {
            // An hour that a clock change skipped never was; Python takes the offset before the change, and so does the base offset.
            var offset = local.IsInvalidTime(parsed) ? local.BaseUtcOffset : local.GetUtcOffset(parsed);
            return TryCreate(parsed.Ticks - offset.Ticks, out time);
        }

        return TryCreate(parsed.ToUniversalTime().Ticks, out time);
    }

    /// <summary>False for a time that is before the year 1 or after the year 9999 in UTC alone.</summary>
    private static bool TryCreate(long utcTicks, out DateTimeOffset time)
    {
        var exists = utcTicks >= DateTime.MinValue.Ticks && utcTicks <= DateTime.MaxValue.Ticks;
        time = exists ? new DateTimeOffset(utcTicks, TimeSpan.Zero) : default;
        return exists;
    }
}
