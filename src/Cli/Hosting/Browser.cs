using System.ComponentModel;
using System.Diagnostics;

namespace VideoGen.Cli.Hosting;

/// <summary>The browser of whoever sits here.</summary>
internal static class Browser
{
    /// <summary>Opens a page where there is a display; elsewhere its address, which was printed, is all that helps.</summary>
    public static void TryOpen(Uri page)
    {
        if (Console.IsOutputRedirected || OpenerFor(page, Environment.GetEnvironmentVariable) is not { } opener)
        {
            return;
        }

        try
        {
            using var process = Process.Start(opener);
        }
        catch (Win32Exception)
        {
            // A display without a browser.
        }
    }

    /// <summary>Null without a display.</summary>
    /// <param name="page">The page.</param>
    /// <param name="variable">The environment.</param>
    internal static ProcessStartInfo? OpenerFor(Uri page, Func<string, string?> variable)
    {
        if (OperatingSystem.IsWindows())
        {
            return new ProcessStartInfo(page.AbsoluteUri) { UseShellExecute = true };
        }

        var program = OperatingSystem.IsMacOS() ? "open"
            : string.IsNullOrEmpty(variable("DISPLAY")) && string.IsNullOrEmpty(variable("WAYLAND_DISPLAY")) ? null
            : "xdg-open";
        return program is null
            ? null
            : new ProcessStartInfo(program, [page.AbsoluteUri]) { RedirectStandardOutput = true, RedirectStandardError = true };
    }
}
