using VideoGen.Tasks;

namespace VideoGen.Storage.AzureTables;

/// <summary>Waits when the service turns a request away as too busy, as long as it asks for, and not for ever.</summary>
internal sealed class TableThrottle(AzureTableStorageOptions options, TimeProvider time, Random random)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);

    public async Task<TableAnswer> RunAsync(Func<Task<TableAnswer>> send)
    {
        for (var attempt = 1; ; attempt++)
        {
            var answer = await send().ConfigureAwait(false);
            if (!answer.IsThrottled || attempt >= options.MaxThrottledAttempts)
            {
                return answer;
            }

            await Task.Delay(DelayOf(answer.RetryAfter, attempt), time).ConfigureAwait(false);
        }
    }

    /// <summary>At least what the service asks for, and a drawn wait on top, so that those who were turned away together do not come back together.</summary>
    private TimeSpan DelayOf(TimeSpan? asked, int attempt)
    {
        var delay = (asked ?? TimeSpan.Zero) + new Backoff(FirstDelay, options.MaxThrottleDelay).After(attempt, random.NextDouble());
        return delay < options.MaxThrottleDelay ? delay : options.MaxThrottleDelay;
    }
}
