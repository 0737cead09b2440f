using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace VideoGen.Silo.Tests;

/// <summary>The system's chromium, driven by Playwright; nothing is downloaded.</summary>
public sealed class Browser : IAsyncLifetime
{
    private const float Patience = 60_000;

    private static readonly string[] Flags =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(Patience);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = "/usr/bin/chromium",
            Headless = true,
            Args = Flags,
            Timeout = 2 * Patience,
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    /// <summary>Opens a page, and waits until it is connected.</summary>
    public async Task<Tab> OpenAsync(Uri address, ColorScheme scheme = ColorScheme.Light, int width = 1280)
    {
        var tab = await ShowAsync(address, scheme, width);
        await Assertions.Expect(tab.Live).ToHaveTextAsync("live");
        return tab;
    }

    /// <summary>Opens a page that need not be one that moves.</summary>
    public async Task<Tab> ShowAsync(Uri address, ColorScheme scheme = ColorScheme.Light, int width = 1280)
    {
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ColorScheme = scheme,
            ViewportSize = new ViewportSize { Width = width, Height = 860 },
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        context.SetDefaultTimeout(Patience);
        var page = await context.NewPageAsync();
        var tab = new Tab(context, page);
        await page.GotoAsync(address.ToString());
        return tab;
    }
}

/// <summary>A page in a browser of its own.</summary>
public sealed class Tab : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _complaints = new();

    public Tab(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.Console += (_, message) => Note(message.Type is "error" or "warning", message.Text);
        page.PageError += (_, error) => Note(true, error);
        page.Response += (_, response) => Note(response.Status >= 400, $"{response.Status} {response.Url}");
    }

    public IPage Page { get; }

    /// <summary>What the page says of its stream of changes.</summary>
    public ILocator Live => Page.Locator("#live-word");

    /// <summary>Errors of the page's scripts, of its policy, and of what it loads.</summary>
    public IEnumerable<string> Complaints => _complaints;

    public ValueTask DisposeAsync() => _context.DisposeAsync();

    /// <summary>Keeps a picture, where a folder for pictures is named.</summary>
    public async Task ShootAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("VIDEOGEN_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}.png"), FullPage = true });
        }
    }

    private void Note(bool isComplaint, string text)
    {
        if (isComplaint)
        {
            _complaints.Enqueue(text);
        }
    }
}
