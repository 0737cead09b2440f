using Microsoft.Extensions.Logging;

namespace VideoGen.Cli.Hosting;

/// <summary>Logs go to the standard error, so that the standard output holds only what the command answers.</summary>
internal static class Logs
{
    public static void Configure(ILoggingBuilder logging, LogLevel level)
    {
        logging.ClearProviders();
        if (level == LogLevel.None)
        {
            return;
        }

        logging.SetMinimumLevel(level);
        logging.AddFilter("Orleans", level < LogLevel.Warning ? LogLevel.Warning : level);
        logging.AddFilter("Microsoft", level < LogLevel.Warning ? LogLevel.Warning : level);
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
            console.UseUtcTimestamp = true;
        });
        logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
