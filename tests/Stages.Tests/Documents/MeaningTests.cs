using VideoGen.Stages.Tests.Contract;

namespace VideoGen.Stages.Tests.Documents;

/// <summary>What a document means is what the video shows and says, whatever marks it is written in.</summary>
public sealed class MeaningTests : IDisposable
{
    private readonly StageBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("About 10^6 grains and 10^7 roots.", "10⁶", "10 to the power of 6 grains and 10 to the power of 7")]
    [InlineData("About 10<sup>6</sup> grains.", "10⁶", "10 to the power of 6")]
    [InlineData("A bed of 20 m^2 and x^2^ of it.", "20 m² and x²", "20 square meters and x squared")]
    [InlineData("Some 10^-3^ of H~2~O and CO<sub>2</sub>.", "10⁻³ of H₂O and CO₂", "minus 3 of H 2 O and CO 2")]
    [InlineData("The 1<sup>st</sup> of May.", "1st", "1st")]
    [InlineData("Set the ^bold mark^ aside; use `a^b`.", "^bold mark^ aside; use a^b", "bold mark")]
    [InlineData("It takes ~20 minutes, and ~30 more.", "~20", "about 20 minutes, and about 30")]
    public Task PowersAreKept(string text, string shown, string said) => CheckAsync(text, shown, said);

    [Theory]
    [InlineData("Call 5*3*2, and `__init__` or __init__.", "5*3*2, and __init__ or __init__", "5 times 3 times 2")]
    [InlineData("A cell with 3 * 4 * 5 beds.", "3 * 4 * 5", "3 times 4 times 5")]
    public Task ProductsAndNamesStayWhole(string text, string shown, string said) => CheckAsync(text, shown, said);

    [Theory]
    [InlineData("The spade costs ~~20~~ 15 dollars.", "2\u03360\u0336 15 dollars", "The spade costs 15 dollars.")]
    [InlineData("The spade costs <del>20</del> 15 dollars.", "2\u03360\u0336 15 dollars", "The spade costs 15 dollars.")]
    [InlineData("- ~~Gone~~\n- Here", "G\u0336o\u0336n\u0336e\u0336", "Here.")]
    public async Task StruckTextIsShownStruckAndNeverSaid(string text, string shown, string said)
    {
        var told = await _bench.TellAsync("# A\n\nSome words come first.\n\n" + text);

        Assert.Contains(shown, told.Shown, StringComparison.Ordinal);
        Assert.Contains(said, told.Said, StringComparison.Ordinal);
        Assert.DoesNotContain("Gone", told.Said, StringComparison.Ordinal);
        Assert.DoesNotContain("20", told.Said, StringComparison.Ordinal);
        Assert.DoesNotContain('\u0336', told.Said);
    }

    [Theory]
    [InlineData("<ul><li>beans</li><li>peas</li></ul>", "beans\npeas", "beans.\npeas.")]
    [InlineData("<ol>\n<li>dig</li>\n<li>sow</li>\n</ol>", "dig\nsow", "First: dig.\nSecond: sow.")]
    [InlineData("<dl><dt>Bed</dt><dd>A place.</dd><dd>For plants.</dd></dl>", "Bed: A place. For plants.", "Bed: A place.\nFor plants.")]
    [InlineData("| a | b |\n|---|---|\n| x | one<br>two<br/>three |", "x | one, two, three", "x: one, two, three.")]
    [InlineData("| a | b |\n|---|---|\n| x | <ul><li>roses</li><li>tulips</li></ul> |", "x | roses, tulips", "x: roses, tulips.")]
    [InlineData("<table><tr><th>Bed</th><th>Width</th></tr><tr><td>North</td><td>2 m</td></tr></table>", "Bed | Width\nNorth | 2 m", "North: 2 meters.")]
    [InlineData("<p>First</p><p>Second</p>", "First\nSecond", "First.\nSecond.")]
    [InlineData("<ruby>漢<rt>kan</rt></ruby> is read.", "漢 is read", "漢 is read")]
    [InlineData("<p>Some <q>quoted</q> words.</p>", "Some “quoted” words.", "Some “quoted” words.")]
    [InlineData("<pre><code class=\"language-js\">let a = 1;\n  let b = 2;</code></pre>", "let a = 1;\n  let b = 2;", "Here is how it looks")]
    public Task ElementsOfHtmlMeanWhatTheyMean(string text, string shown, string said) => CheckAsync(text, shown, said);

    [Theory]
    [InlineData("<aside class=\"notes\">secret</aside>\n\nText.")]
    [InlineData("<div hidden><div>secret</div> secret</div>\n\nText.")]
    [InlineData("<span style=\"display: none\">secret</span> Text.")]
    [InlineData("<video src=\"a.mp4\">secret</video>\n\nText.")]
    public async Task WhatHtmlHidesIsNeverPublished(string text)
    {
        var told = await _bench.TellAsync("# A\n\n" + text);

        Assert.Contains("Text.", told.Shown, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", told.Shown + told.Said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("The seed is small,  \nthe bed is wide,  \nthe peas will hide.", "The seed is small,\nthe bed is wide,\nthe peas will hide.")]
    [InlineData("Ada Example\\\nGarden Street 5\\\n12345 Bedtown", "Ada Example\nGarden Street 5\n12345 Bedtown")]
    [InlineData("| The seed is small\n| the bed is wide", "The seed is small\nthe bed is wide")]
    [InlineData("> The wind is cold,  \n> the spade is old.", "The wind is cold,\nthe spade is old.")]
    public Task LinesThatTheAuthorEndedStayLines(string text, string shown) => CheckAsync(text, shown, "");

    [Theory]
    [InlineData(
        "> A man is as good as his word — if he keeps it, at least until noon.",
        "A man is as good as his word — if he keeps it, at least until noon.",
        null)]
    [InlineData("> Gardens are slow.\n> -- Ada Example", "Gardens are slow.", "Ada Example")]
    [InlineData("> Gardens are slow. — Ada Example", "Gardens are slow.", "Ada Example")]
    [InlineData("> Gardens are slow.\n>\n> — Ada Example", "Gardens are slow.", "Ada Example")]
    [InlineData("> It rained - we stayed.", "It rained - we stayed.", null)]
    public async Task TheSourceOfAQuoteIsNotCutFromASentence(string text, string words, string? source)
    {
        var told = await _bench.TellAsync("# A\n\nSome words come first, and they are not few, so that the quote is not under the title.\n\n" + text);

        Assert.Contains($"\n{words}\n", told.Shown + "\n", StringComparison.Ordinal);
        Assert.Equal(source is not null, told.Said.Contains($"Said by {source}.", StringComparison.Ordinal));
    }

    [Fact]
    public Task NotesInTheOldStyleAreNotes() =>
        CheckAsync("> **Note**\n> This is old.\n\n> **Warning:** Mind the step.", "Note: This is old.\nWarning: Mind the step.", "");

    [Fact]
    public Task AllDefinitionsAreShown() =>
        CheckAsync("Bed\n:   A place.\n:   For plants\n:   Or for sleep", "Bed: A place. For plants. Or for sleep", "Or for sleep.");

    [Fact]
    public Task AnEmptyCodeSpanIsEmpty() => CheckAsync("| a | b |\n|---|---|\n| hose | `` |\n| rake | `steel` |", "hose | \nrake | steel", "hose.");

    [Fact]
    public async Task AFormulaIsNotAltered()
    {
        var told = await _bench.TellAsync("# A\n\nThe area is $A = \\pi r^2$, or \\(x_1*x_2\\) of $\\mathfrak{g}_i$. It costs $5 and "
            + "$10.\n\n$$\n\\int_0^r 2\\pi x \\, dx\n$$\n");

        Assert.Contains("A = π r², or x₁*x₂ of $\\mathfrak{g}_i$. It costs $5 and $10.", told.Shown, StringComparison.Ordinal);
        Assert.Contains("∫₀ʳ 2π x dx", told.Shown, StringComparison.Ordinal);
        Assert.Contains("A is pi r squared", told.Said, StringComparison.Ordinal);
        Assert.Contains("the integral from 0 to r of 2 pi x dx", told.Said, StringComparison.Ordinal);
        Assert.DoesNotContain('\\', told.Said);
    }

    [Theory]
    [InlineData("The school garden has three beds.\n\n## Beds\n\nBeans.", "garden-plan.md", "garden-plan")]
    [InlineData("## Beds\n\nBeans.\n\n# Plan\n\nPeas.", "a.md", "Plan")]
    public async Task WithoutAHeadingOfTheFirstLevelTheFileGivesTheName(string text, string name, string title) =>
        Assert.Equal(title, (await _bench.TellAsync(text, name)).Config.Title);

    [Theory]
    [InlineData("<!-- toc -->\n\n- [1. Beds](#beds)\n  - [1.1 Beans](#beans)\n\n<!-- tocstop -->\n\nText.")]
    [InlineData("## Table of Contents\n\n- [1. Beds](#beds)\n- [1.1 Beans](#beans)\n\n## Text\n\nText.")]
    [InlineData("[TOC]\n\nText.\n\n[⬆ 1. Beds back](#beds) | [1.1 Beans](#b)")]
    [InlineData("[1. Beds](README.md) | [1.1 Beans](README.de.md) | [1. Beds](README.fr.md)\n\nText.")]
    [InlineData("<p align=\"center\"><a href=\"#a\">1. Beds</a> · <a href=\"#b\">1.1 Beans</a></p>\n\nText.")]
    [InlineData("Text.\n\n[⬆ back to top](#a)\n\n<p align=\"right\">(<a href=\"#top\">back to top</a>)</p>")]
    [InlineData("<img src=\"https://example.org/logo.svg\" alt=\"1. Beds logo\">\n\nText.\n\n![1. Beds build](https://img.shields.io/badge/a)")]
    public async Task WhatLeadsThroughAPageIsLeftOut(string text)
    {
        var told = await _bench.TellAsync("# A\n\n" + text);

        Assert.Contains("Text.", told.Shown, StringComparison.Ordinal);
        Assert.DoesNotMatch("(?i)1\\. Beds|1\\.1 Beans|back to top|contents|toc", told.Shown + told.Said);
    }

    [Fact]
    public Task StrongTextOfChineseIsRead() => CheckAsync("这里有**三个花坛。**所以我们需要一条路。", "这里有三个花坛。所以我们需要一条路。", "");

    [Theory]
    [InlineData("The sea went out before the dawn,\nand left its letters on the sand.\nA heron read them, line by line,\nand kept the meaning out of hand.", 4)]
    [InlineData("Grey light\nOver the roofs\nNobody home\nBut the wind", 4)]
    [InlineData("We met at nine in the old\nhall, and had tea before the\nfirst of the talks began.", 1)]
    [InlineData("One line for each sentence.\nThat is how some people write.\nIt is prose all the same.", 1)]
    [InlineData("Two lines,\nand no more.", 1)]
    public async Task VersesStayLinesAndProseDoesNot(string text, int lines)
    {
        var (scenes, _) = await _bench.ParseTextAsync("# A\n\nFirst of all there is a text. It has two sentences.\n\n## B\n\n" + text);

        var scene = scenes.Scenes.Single(scene => scene.Title == "B");
        Assert.Equal(lines, scene.Lines.Length);
        Assert.Equal(lines > 1, scene.Points is null);
    }

    [Theory]
    [InlineData("Lentil soup\n\nWash a cup of red lentils.\n\nServe it.", "Lentil soup")]
    [InlineData("Wash a cup of red lentils.\n\nServe it.", "recipe")]
    [InlineData("lentils and rice\n\nServe it.", "recipe")]
    [InlineData("Lentil soup\nof a cup of red lentils.\n\nServe it.", "recipe")]
    [InlineData("Only this", "recipe")]
    public async Task AShortFirstLineOfAPlainTextIsItsTitle(string text, string title) =>
        Assert.Equal(title, (await _bench.TellAsync(text, "recipe.txt")).Config.Title);

    [Fact]
    public async Task ARemarkIsNoSubtitle()
    {
        var (scenes, _) = await _bench.ParseTextAsync(
            "# Backups\n\n!!! warning \"Before you begin\"\n    Stop the service first.\n\nCopies are made every night.");

        Assert.Null(scenes.Scenes[0].Subtitle);
        Assert.Equal("Warning: Before you begin.", scenes.Scenes[1].Lines[0]);
    }

    [Fact]
    public async Task ALongTitleIsShownAndSaidOnce()
    {
        const string Title = "How we moved forty services, nine databases and one very old printer from the cellar to another building over a weekend";

        var told = await _bench.TellAsync($"# {Title}\n\nIt rained all the time. Nobody slept.");

        Assert.Equal(2, told.Said.Split("How we moved").Length);
        Assert.Equal($"{Title}.\nIt rained all the time.\nNobody slept.\nThat was all.\nThank you for watching.", told.Said);
    }

    private async Task CheckAsync(string text, string shown, string said)
    {
        var told = await _bench.TellAsync("# A\n\nSome words come first, and they are not few, so that nothing else is under the title.\n\n" + text);

        Assert.Contains(shown, told.Shown, StringComparison.Ordinal);
        Assert.Contains(said, told.Said, StringComparison.Ordinal);
    }
}
