using System.Collections.Immutable;
using SkiaSharp;
using VideoGen.Stages.Text;

namespace VideoGen.Stages.Slides;

/// <summary>A small line drawing that stands for what a phrase speaks of; one without a subject where no word of it is known.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Path">On a ground of 24 by 24, in the form of SVG.</param>
internal sealed record Figure(string Name, string Path)
{
    private const float Ground = 24;
    private const float Stroke = 1.7f;

    private static readonly ImmutableArray<(Figure Figure, string Stems)> Subjects =
    [
        (new("clock", "M12 3a9 9 0 1 0 .01 0ZM12 7v5l3.5 2"),
            "time minute hour second day week deadline wait late schedul timeout zeit stunde minute tag woche"),
        (new("person", "M12 4a4 4 0 1 0 .01 0ZM4.5 20.5c0-4.2 3.4-6.5 7.5-6.5s7.5 2.3 7.5 6.5"),
            "person people user human who somebody nobody anyone everyone team worker customer author child teacher neighbour gardener mensch kind leute"),
        (new("message", "M4 5h16v11h-9l-5 4v-4H4ZM8 9h8M8 12h5"),
            "message call report answer say tell ask speak talk mail letter chat question word sentence discuss sagen frage antwort nachricht"),
        (new("store",
            "M12 3c4.4 0 7 1.3 7 2.8S16.4 8.6 12 8.6 5 7.3 5 5.8 7.6 3 12 3ZM5 5.8v12.4C5 19.7 7.6 21 12 21s7-1.3 7-2.8"
            + "V5.8M5 12c0 1.5 2.6 2.8 7 2.8s7-1.3 7-2.8"),
            "store storage database disk data save saved keep memory record sql backup speicher daten"),
        (new("machine", "M4 4h16v6.5H4ZM4 13.5h16V20H4ZM7.5 7.2h.01M7.5 16.8h.01M12 7.2h5M12 16.8h5"),
            "machine server cluster node silo host runtime process computer container deploy hardware rechner maschine"),
        (new("network", "M12 3.5a2.5 2.5 0 1 0 .01 0ZM5 15.5a2.5 2.5 0 1 0 .01 0ZM19 15.5a2.5 2.5 0 1 0 .01 0ZM11 8.2 6.2 15.6M13 8.2l4.8 7.4M7.5 18h9"),
            "network connect link graph actor grain distribut peer depend relation internet system netz verbind"),
        (new("cycle", "M19.5 9A8 8 0 0 0 5 7.5M4.5 3.5v4.3h4.3M4.5 15A8 8 0 0 0 19 16.5M19.5 20.5v-4.3h-4.3"),
            "again retry repeat cycle loop restart renew every return resume recover back twice turn wieder wiederhol"),
        (new("warning", "M12 3.5 21.5 20h-19ZM12 10v4.5M12 17.2h.01"),
            "wrong fail error break broke risk danger warn problem bug crash lost lose die dies dead bad fehler gefahr warnung"),
        (new("lock", "M5.5 10.5h13V20h-13ZM8.5 10.5V7.5a3.5 3.5 0 0 1 7 0v3M12 14.2v2.4"),
            "lock secur password key token secret protect private safe access permission lease schloss sicher"),
        (new("code", "M8.5 7 3.5 12l5 5M15.5 7l5 5-5 5M13.5 5l-3 14"),
            "code program function method class api script library compile syntax command software source developer"),
        (new("film", "M3.5 5.5h17v13h-17ZM10 9v6l5-3Z"),
            "video film movie scene watch picture image clip play camera frame bild szene"),
        (new("sound", "M4 9.5v5h3.5L12 18V6L7.5 9.5ZM15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11"),
            "voice sound audio music hear listen noise narrat stimme klang musik"),
        (new("document", "M6 3h8l4.5 4.5V21H6ZM14 3v4.5h4.5M9 12h6.5M9 16h6.5"),
            "document file text page paper note readme license article content write written dokument datei seite"),
        (new("search", "M10.5 4a6.5 6.5 0 1 0 .01 0ZM15.3 15.3 20.5 20.5"),
            "search find look see explore inspect query research discover read suchen finden"),
        (new("chart", "M4 20h16M6.5 20v-6M11.5 20V9.5M16.5 20V5"),
            "number measure percent growth grow rate statistic average increase decrease more less faster performance result zahl messung"),
        (new("money",
            "M12 3a9 9 0 1 0 .01 0ZM15 8.8c-.6-1-1.7-1.6-3-1.6-1.8 0-3 .9-3 2.3 0 3.3 6.2 1.6 6.2 4.9 0 1.4-1.3 2.4-3.2 2.4-1.5 0-2.7-.6-3.2-1.7"
            + "M12 5.6v12.8"),
            "money price cost dollar euro pay budget buy sell market bank cheap expensive preis kosten geld"),
        (new("leaf", "M5 19C4 9 10 4 20 4c0 10-5 16-13 14.5M5 19.5C8 14 11 11.5 15 9.5"),
            "garden plant leaf tree seed flower bean pea nature green grow bed root earth forest garten pflanze blume"),
        (new("drop", "M12 3.2c3.5 4.3 6 7.4 6 11a6 6 0 0 1-12 0c0-3.6 2.5-6.7 6-11ZM9 14.8a3.2 3.2 0 0 0 2.8 3"),
            "water rain river sea drink liquid hose pump wasser regen"),
        (new("sun", "M12 8a4 4 0 1 0 .01 0ZM12 2.5v2.5M12 19v2.5M2.5 12H5M19 12h2.5M5.3 5.3 7 7M17 17l1.7 1.7M18.7 5.3 17 7M7 17l-1.7 1.7"),
            "sun summer light warm weather morning energy spring sonne sommer licht"),
        (new("home", "M3.5 11.5 12 4l8.5 7.5M6 9.5V20h12V9.5M10 20v-5.5h4V20"),
            "home house building room school city office door haus schule stadt"),
        (new("tool", "M14.5 6.5a4 4 0 0 1 5-3l-2.6 2.7 1 1.9 1.9 1 1.3-2.6a4 4 0 0 1-5.6 4.6L7 19.6a1.9 1.9 0 0 1-2.7-2.7l8.5-8.5"),
            "tool build make repair fix install setup configure spade rake hammer craft work create werkzeug bauen"),
        (new("gear",
            "M12 8.5a3.5 3.5 0 1 0 .01 0ZM12 3v2.6M12 18.4V21M3 12h2.6M18.4 12H21M5.6 5.6l1.9 1.9M16.5 16.5l1.9 1.9"
            + "M18.4 5.6l-1.9 1.9M7.5 16.5l-1.9 1.9"),
            "engine setting option automatic mechan operat control manage pipeline stage step rule schritt"),
        (new("book", "M12 6.5C10 4.9 7 4.3 3.5 4.5v13.8c3.5-.2 6.5.4 8.5 2 2-1.6 5-2.2 8.5-2V4.5C17 4.3 14 4.9 12 6.5ZM12 6.5v13.8"),
            "book learn story history chapter teach study knowledge lesson school course know understand buch lernen geschichte"),
        (new("heart", "M12 20.2C6 15.6 3 12.4 3 8.9 3 6.2 5 4.3 7.4 4.3c1.9 0 3.5 1 4.6 2.9 1.1-1.9 2.7-2.9 4.6-2.9C19 4.3 21 6.2 21 8.9c0 3.5-3 6.7-9 11.3Z"),
            "love heart health care friend happy like thank liebe herz gesund"),
        (new("globe", "M12 3a9 9 0 1 0 .01 0ZM3 12h18M12 3c2.6 2.5 3.8 5.5 3.8 9s-1.2 6.5-3.8 9M12 3c-2.6 2.5-3.8 5.5-3.8 9s1.2 6.5 3.8 9"),
            "world global country language international web earth map travel region welt land sprache"),
        (new("calendar", "M4 5.5h16V20H4ZM4 10h16M8.5 3v4.5M15.5 3v4.5M8 14h.01M12 14h.01M16 14h.01"),
            "year month date calendar monday tuesday wednesday thursday friday saturday sunday season autumn winter jahr monat"),
        (new("shield", "M12 3l7.5 2.8v5.7c0 4.4-2.9 7.6-7.5 9.5-4.6-1.9-7.5-5.1-7.5-9.5V5.8ZM8.5 12l2.5 2.5 4.5-5"),
            "guarantee promise reliab trust test check verif quality durable correct valid proof refuse sicherheit"),
        (new("idea", "M9 17.5h6M10 20.5h4M12 3.5a6 6 0 0 1 3.6 10.8c-.5.4-.6 1-.6 1.7v.5H9V16c0-.7-.1-1.3-.6-1.7A6 6 0 0 1 12 3.5Z"),
            "idea think thought reason why because solution principle concept design way simple idee grund"),
        (new("flag", "M6 21V4M6 4.5c4-2 7 2 12 0v8.5c-5 2-8-2-12 0"),
            "goal aim plan target finish done complet first start begin end milestone decide decision choice ziel anfang ende"),
        (new("bolt", "M13.5 2.5 5 13.5h6.5l-1 8L19 10.5h-6.5Z"),
            "fast quick speed power strong instant once spark electric immediately schnell kraft"),
        (new("layers", "M12 3.5 21 8l-9 4.5L3 8ZM3.5 12 12 16.3 20.5 12M3.5 16 12 20.3 20.5 16"),
            "layer version state copy change structure part many several model level schicht teil"),
    ];

    private static readonly ImmutableArray<Figure> Plain =
    [
        new("rings", "M12 9.5a2.5 2.5 0 1 0 .01 0ZM12 6a6 6 0 1 0 .01 0ZM12 2.5a9.5 9.5 0 1 0 .01 0Z"),
        new("steps", "M3.5 20h17M3.5 20v-4.5H9V11h5.5V6.5H20V20"),
        new("waves", "M3 8c3-3 6-3 9 0s6 3 9 0M3 13c3-3 6-3 9 0s6 3 9 0M3 18c3-3 6-3 9 0s6 3 9 0"),
        new("tiles", "M4 4h7v7H4ZM13 4h7v7h-7ZM4 13h7v7H4ZM13 13h7v7h-7Z"),
    ];

    private static readonly ImmutableArray<(string Stem, Figure Figure)> Stems =
        [.. Subjects.SelectMany(subject => subject.Stems.Split(' ').Select(stem => (stem, subject.Figure)))];

    /// <summary>The figure of a phrase: of the word of it that is best known.</summary>
    /// <param name="text">The phrase.</param>
    /// <param name="taken">Figures that stand beside it already.</param>
    public static Figure Of(string text, IReadOnlyCollection<Figure> taken)
    {
        Figure? best = null;
        var length = 0;
        foreach (var (word, _) in SpokenSentence.WordsOf(text.ToLowerInvariant()))
        {
            foreach (var (stem, figure) in Stems)
            {
                var matches = stem.Length <= 4 ? word == stem || word == stem + "s" : word.StartsWith(stem, StringComparison.Ordinal);
                if (matches && stem.Length > length && !taken.Contains(figure))
                {
                    (best, length) = (figure, stem.Length);
                }
            }
        }

        return best ?? Plain[(int)((uint)TextWidth.Of(text) % Plain.Length)];
    }

    public void Draw(SKCanvas canvas, SKRect box, SKColor color)
    {
        using var path = SKPath.ParseSvgPathData(Path);
        using var paint = new SKPaint
        {
            Color = color,
            IsAntialias = true,
            IsStroke = true,
            StrokeWidth = Stroke,
            StrokeCap = SKStrokeCap.Round,
            StrokeJoin = SKStrokeJoin.Round,
        };
        canvas.Save();
        canvas.Translate(box.Left, box.Top);
        canvas.Scale(box.Width / Ground, box.Height / Ground);
        canvas.DrawPath(path, paint);
        canvas.Restore();
    }
}
