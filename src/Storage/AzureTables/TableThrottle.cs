using Azure;

namespace VideoGen.Storage.AzureTables;

/// <summary>Waits when the service turns a request away as too busy, as long as it asks for, and not for ever.</summary>
internal sealed class TableThrottle(AzureTableStorageOptions options, TimeProvider time)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);

    public async Task<T> RunAsync<T>(Func<Task<T>> action)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await action().ConfigureAwait(false);
            }
            catch (RequestFailedException exception) when (TableFaults.IsThrottled(exception) && attempt < options.MaxThrottledAttempts)
            {
                await Task.Delay(DelayOf(exception, attempt), time).ConfigureAwait(false);
            }
        }
    }

    /// <summary>At least what the service asks for; with jitter on top, so that those who were turned away together do not come back together.</summary>
    private TimeSpan DelayOf(RequestFailedException exception, int attempt)
    {
        var asked = exception.GetRawResponse()?.Headers.TryGetValue("Retry-After", out var text) == true && int.TryParse(text, out var seconds) ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero;
        var backOff = FirstDelay * Math.Pow(2, attempt - 1);
        var nominal = asked > backOff ? asked : backOff;
        var delay = nominal + (backOff * Random.Shared.NextDouble());
        return delay < options.MaxThrottleDelay ? delay : options.MaxThrottleDelay;
    }
}
