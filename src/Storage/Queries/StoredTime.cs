namespace VideoGen.Storage.Queries;

/// <summary>Times as databases hold them: ticks of 100 ns since 1970. In SQL, <c>datetime(created_at / 1e7, 'unixepoch')</c> shows one.</summary>
internal static class StoredTime
{
    public static long ToTicks(DateTimeOffset time) => time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;

    public static long? ToTicks(DateTimeOffset? time) => time is { } value ? ToTicks(value) : null;

    public static DateTimeOffset? FromTicks(long? ticks) => ticks is { } value ? FromTicks(value) : null;

    public static DateTimeOffset FromTicks(long ticks) => new(ticks + DateTimeOffset.UnixEpoch.Ticks, TimeSpan.Zero);
}
