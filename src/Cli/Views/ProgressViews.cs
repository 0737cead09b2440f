using Spectre.Console;

namespace VideoGen.Cli.Views;

internal static class ProgressViews
{
    /// <summary>Bars on a terminal, plain lines elsewhere.</summary>
    public static IProgressView For(IAnsiConsole console, TimeProvider time) =>
        console.Profile.Capabilities.Interactive && console.Profile.Out.IsTerminal ? new LiveProgressView(console, time) : new PlainProgressView(console, time);
}
