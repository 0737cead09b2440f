using Microsoft.Playwright;

namespace VideoGen.Silo.Tests;

/// <summary>Pages of the silo of a test.</summary>
internal static class SiloPages
{
    /// <inheritdoc cref="Browser.OpenAsync"/>
    public static Task<Tab> OpenAsync(this Browser browser, SiloApplication app, string path, ColorScheme scheme = ColorScheme.Light, int width = 1280) =>
        browser.OpenAsync(new Uri(app.Silo.GetHttpAddress()!, path), scheme, width);

    /// <inheritdoc cref="Browser.ShowAsync"/>
    public static Task<Tab> ShowAsync(this Browser browser, SiloApplication app, string path) =>
        browser.ShowAsync(new Uri(app.Silo.GetHttpAddress()!, path));
}
