using VideoGen.Stages.Scenes;
using VideoGen.Stages.Slides;
using VideoGen.Stages.Tests.Contract;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Tests.Scenes;

/// <summary>What is too much for one slide goes on in the next: nothing is cut, and nothing is torn from what it belongs to.</summary>
public sealed class SpreadTests : IDisposable
{
    private readonly StageBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task ALeadStaysWithItsListAndItsCode()
    {
        var scenes = await ParseAsync(
            "# Garden\n\n## Tools\n\nText before. You need the following tools:\n\n- Spade\n- Rake\n\nRun this:\n\n```sh\ngate open\n```");

        var list = Assert.Single(scenes, scene => scene.Kind == SceneKind.List);
        Assert.Equal("You need the following tools:", list.Lead);
        Assert.Equal("Run this:", Assert.Single(scenes, scene => scene.Kind == SceneKind.Code).Lead);
        Assert.Equal(["Text before."], Assert.Single(scenes, scene => scene.Kind == SceneKind.Text).Lines);
        var said = (await _bench.WriteScriptAsync(list.Id)).Sentences.Select(sentence => sentence.Text).ToList();
        var lead = said.FindIndex(text => text.Contains("following tools", StringComparison.Ordinal));
        Assert.InRange(lead, 0, said.FindIndex(text => text.StartsWith("Spade", StringComparison.Ordinal)) - 1);
    }

    [Fact]
    public async Task EveryPartOfALongListHasOneSize()
    {
        var scenes = await ParseAsync("# Seeds\n\n" + string.Concat(Enumerable.Range(1, 16).Select(i => $"- Seed number {i}\n")));

        var lists = scenes.Where(scene => scene.Kind == SceneKind.List).ToList();
        Assert.Equal(3, lists.Count);
        Assert.All(lists, list => Assert.True(list.IsPart));
        Assert.Equal(16, lists.Sum(list => list.Lines.Length));
    }

    [Fact]
    public async Task ANestedItemIsNeverShownWithoutItsParent()
    {
        var scenes = await ParseAsync(
            "# Minutes\n\n- First topic\n" + string.Concat(Enumerable.Range(1, 9).Select(i => $"  - Point {i}\n")) + "- Second topic\n  - Covered above\n");

        var lists = scenes.Where(scene => scene.Kind == SceneKind.List).ToList();
        Assert.True(lists.Count > 1);
        Assert.All(lists, list => Assert.False(list.Lines[0].StartsWith(' ')));
        Assert.Contains(lists, list => list.Lines.Contains("Second topic") && list.Lines.Contains("  Covered above"));
        Assert.All(Enumerable.Range(1, 9), i => Assert.Contains(lists, list => list.Lines.Contains($"  Point {i}")));
    }

    [Fact]
    public async Task AWideTableIsSpreadWithItsFirstColumnInEveryPart()
    {
        var names = Enumerable.Range(1, 20).Select(i => $"Bed number {i}").ToList();
        var scenes = await ParseAsync(
            $"# Beds\n\n| Day | {string.Join(" | ", names)} |\n|---|{string.Concat(names.Select(_ => "---|"))}\n"
            + $"| Monday | {string.Join(" | ", names.Select((_, i) => i))} |\n");

        var tables = scenes.Where(scene => scene.Kind == SceneKind.Table).ToList();
        Assert.True(tables.Count > 1);
        Assert.All(tables, table => Assert.Equal("Day", table.Columns[0]));
        Assert.All(tables, table => Assert.Equal("Monday", table.Rows[0][0]));
        Assert.Equal(names, tables.SelectMany(table => table.Columns.Skip(1)));
    }

    [Fact]
    public async Task ManyNarrowColumnsAreShownWhole()
    {
        var weeks = Enumerable.Range(1, 29).Select(week => $"W{week}").ToList();
        var scenes = await ParseAsync(
            $"# Shop\n\n| Item | {string.Join(" | ", weeks)} |\n|---{string.Concat(Enumerable.Repeat("|---", 29))}|\n"
            + $"| Tea | {string.Join(" | ", weeks.Select((_, i) => i * 7 % 23))} |\n");

        using var fonts = new SlideFonts();
        var theme = SlideTheme.Of("#3B82F6");
        var sheet = new SlideSheet(1920, 1080, theme, new TextShaper(fonts, theme));
        var tables = scenes.Where(scene => scene.Kind == SceneKind.Table).ToList();
        Assert.All(tables, table => Assert.True(TablePage.Of(sheet, table, sheet.Body with { Top = 200 }).Fits));
        Assert.Equal(weeks, tables.SelectMany(table => table.Columns.Skip(1)));
    }

    [Fact]
    public async Task LongCellsAreShownWhole()
    {
        var cell = string.Join(' ', Enumerable.Repeat("digging and turning and lifting", 12));
        var scenes = await ParseAsync($"# Tools\n\n| Tool | What for |\n|---|---|\n| Spade | {cell} |\n| Rake | {cell} |\n| Hoe | {cell} |\n");

        using var fonts = new SlideFonts();
        var theme = SlideTheme.Of("#3B82F6");
        var sheet = new SlideSheet(1920, 1080, theme, new TextShaper(fonts, theme));
        var tables = scenes.Where(scene => scene.Kind == SceneKind.Table).ToList();
        Assert.Equal(3, tables.Sum(table => table.Rows.Length));
        Assert.All(tables, table => Assert.All(table.Rows, row => Assert.Equal(cell, row[1])));
        Assert.All(tables, table => Assert.True(TablePage.Of(sheet, table, sheet.Body with { Top = 200 }).Fits));
    }

    [Fact]
    public async Task AVeryLongHeadingBecomesAText()
    {
        const string Text = "If you have a problem with the watering of the beds in the morning, you can ask the gardener at the gate, who will show you "
            + "how the pump is started.";
        var scenes = await ParseAsync($"# Garden\n\n## Rules\n\n#### Note 1: {Text}\n\n#### Note 2: All seeds are free.\n");

        var note = Assert.Single(scenes, scene => scene.Title == "Note 1");
        Assert.Equal([Text], note.Lines);
    }

    [Fact]
    public async Task ALongSentenceIsNotParted()
    {
        var sentence = "The garden " + string.Concat(Enumerable.Repeat("which the children of the third class had planted, ", 14)) + "grew well.";
        var scenes = await ParseAsync($"# Garden\n\n## Story\n\nIt was spring. {sentence} Then came summer.");

        Assert.Contains(scenes, scene => scene.Lines.Any(line => line.Contains(sentence, StringComparison.Ordinal)));
    }

    private async Task<IReadOnlyList<Scene>> ParseAsync(string text) => (await _bench.ParseTextAsync(text)).Scenes.Scenes;
}
