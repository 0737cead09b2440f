using VideoGen.Silo.Dashboard.Assets;
using VideoGen.Silo.Dashboard.Live;
using VideoGen.Silo.Dashboard.Markup;

namespace VideoGen.Silo.Dashboard.Parts;

/// <summary>What stands around each page.</summary>
internal static class Frame
{
    private static readonly (string Path, string Title, string Key)[] Places =
    [
        ("/", "Tasks", "t"),
        ("/workers", "Workers", "w"),
        ("/queues", "Queues", "q"),
        ("/charts", "Charts", "c"),
        ("/grains", "Grains", "s"),
    ];

    private static readonly (string Path, string Title, string Key)[] AllPlaces = [.. Places, ("/webhooks", "Notices", "n")];

    /// <param name="drawing">The page itself.</param>
    /// <param name="place">Which of the places it belongs to; null for none.</param>
    /// <param name="isLive">Whether its address has a stream of changes.</param>
    /// <param name="said">What became of the act before; null for none.</param>
    /// <param name="isForAdmin">Whether the one who looks gets into the places of admins.</param>
    public static Html Of(Drawing drawing, string? place, bool isLive, string? said = null, bool isForAdmin = false)
    {
        var places = isForAdmin ? AllPlaces : Places;
        var mark = Patch.MarkOf(drawing.Body.ToString());
        return $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{drawing.Title}</title>
            <link rel="stylesheet" href="{DashboardAssets.Link("dashboard.css")}">
            <link rel="icon" type="image/svg+xml" href="{DashboardAssets.Link("icon.svg")}">
            <script src="{DashboardAssets.Link("dashboard.js")}" defer></script>
            </head>
            <body data-program="{DashboardAssets.Program}"{Html.Flag("data-live", isLive)} data-mark="{mark}" data-version="{drawing.Version}">
            <a class="skip" href="#content">Skip to the content</a>
            <header class="top">
            <a class="brand" href="/"><svg viewBox="0 0 32 32" aria-hidden="true"><use href="{DashboardAssets.Link("icon.svg")}#mark"></use></svg>
            <span>VideoGen</span></a>
            <nav aria-label="Places">{places.Select(one => Place(one, place))}</nav>
            {Html.If(isLive, $"""
                <span class="live" id="live" hidden><span id="live-word">live</span></span><button type="button" class="quiet" id="pause"
                aria-pressed="false" hidden>Pause</button>
                """)}
            <button type="button" class="quiet" id="keys" hidden aria-label="Keyboard shortcuts">?</button>
            </header>
            <main id="content" tabindex="-1">
            <p id="said" class="said" role="status">{said}</p>
            <div id="{LiveTree.RootId}">{drawing.Body}</div>
            </main>
            <p id="told" class="unseen" role="status"></p>
            <p id="lost" class="notice" role="status" hidden></p>
            <dialog id="dialog" aria-label="Act"></dialog>
            <dialog id="help" aria-labelledby="help-title">{Shortcuts(places)}</dialog>
            </body>
            </html>
            """;
    }

    private static Html Shortcuts((string Path, string Title, string Key)[] places) =>
        $"""
        <form method="dialog">
        <h2 id="help-title">Keyboard</h2>
        <dl class="keys">
        <dt><kbd>j</kbd> <kbd>k</kbd></dt><dd>next and previous row</dd>
        <dt><kbd>Enter</kbd></dt><dd>open the row</dd>
        <dt><kbd>x</kbd></dt><dd>choose the row</dd>
        <dt><kbd>/</kbd></dt><dd>search</dd>
        <dt><kbd>p</kbd></dt><dd>pause or follow changes</dd>
        {places.Select(place => (Html)$"<dt><kbd>g</kbd> <kbd>{place.Key}</kbd></dt><dd>{place.Title}</dd>")}
        <dt><kbd>?</kbd></dt><dd>this list</dd>
        </dl>
        <p><label><input type="checkbox" id="keys-on"> Shortcuts of one key</label></p>
        <p><button class="button">Close</button></p>
        </form>
        """;

    private static Html Place((string Path, string Title, string Key) place, string? here) =>
        $"""<a href="{place.Path}" data-key="{place.Key}"{Html.Attribute("aria-current", place.Path == here ? "page" : null)}>{place.Title}</a>""";
}
