using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace VideoGen.Cli.Hosting;

/// <summary>Logs go to the standard error, so that the standard output holds only what the command answers.</summary>
internal sealed class Logs(LogLevel level)
{
    /// <summary>Frameworks that log an error with its whole stack when a start fails. The command says the same in one sentence.</summary>
    private static readonly string[] HeldBack = ["Orleans", "Microsoft"];

    private volatile bool _isUp;

    /// <summary>Logs everything from the level on, from the start of the process.</summary>
    public static void Configure(ILoggingBuilder logging, LogLevel level)
    {
        var logs = new Logs(level);
        logs.Configure(logging);
        logs.Up();
    }

    /// <summary>Logs everything from the level on. Until <see cref="Up"/> the frameworks are left out, except at levels for looking closely.</summary>
    public void Configure(ILoggingBuilder logging)
    {
        logging.ClearProviders();
        if (level == LogLevel.None)
        {
            return;
        }

        logging.SetMinimumLevel(level);
        logging.AddFilter("VideoGen.Audit", LogLevel.Information);
        logging.AddFilter("Orleans", level < LogLevel.Warning ? LogLevel.Warning : level);
        logging.AddFilter("Microsoft", level < LogLevel.Warning ? LogLevel.Warning : level);
        logging.Services.AddSingleton(this);
        logging.AddConsole(console =>
        {
            console.FormatterName = LogLineFormatter.FormatterName;
            console.LogToStandardErrorThreshold = LogLevel.Trace;
        });
        logging.AddConsoleFormatter<LogLineFormatter, ConsoleFormatterOptions>();
    }

    /// <summary>Called when the start is over.</summary>
    public void Up() => _isUp = true;

    public bool Holds(string category) =>
        !_isUp && level >= LogLevel.Warning && Array.Exists(HeldBack, name => category.StartsWith(name, StringComparison.Ordinal));
}
