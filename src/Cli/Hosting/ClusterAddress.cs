using StackExchange.Redis;

namespace VideoGen.Cli.Hosting;

/// <summary>Where a cluster is found: the Redis in which its silos meet, and its name there.</summary>
internal sealed record ClusterAddress(string Redis, string ClusterId)
{
    public const string DefaultClusterId = "videogen";

    /// <exception cref="CommandFailedException">The text is not an address.</exception>
    public ConfigurationOptions ToRedisOptions()
    {
        try
        {
            var options = ConfigurationOptions.Parse(Redis);
            options.AbortOnConnectFail = true;
            return options;
        }
        catch (ArgumentException exception)
        {
            throw new CommandFailedException(ExitCode.BadInput, $"'{Redis}' is not the address of a Redis server; it needs HOST:PORT. ({exception.Message})", exception);
        }
    }
}
