using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using VideoGen.Tasks;

namespace VideoGen.Cli.Hosting;

/// <summary>One line for each entry, its exception included, with no secrets in it whoever wrote it.</summary>
internal sealed class LogLineFormatter(Logs logs) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "videogen";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        if (logs.Holds(logEntry.Category))
        {
            return;
        }

        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var text = SecretText.Mask((logEntry.Exception is null ? message : $"{message} {logEntry.Exception}").ReplaceLineEndings(" "));
        textWriter.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{DateTime.UtcNow:HH:mm:ss.fff} {NameOf(logEntry.LogLevel)}: {logEntry.Category}[{logEntry.EventId.Id}] {text}"));
    }

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };
}
