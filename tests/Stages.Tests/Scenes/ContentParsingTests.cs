using VideoGen.Stages.Tests.Contract;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Tests.Scenes;

public sealed class ContentParsingTests : IDisposable
{
    private readonly StageBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task EachSceneGetsItsThreeStages()
    {
        var (scenes, result) = await _bench.ParseTextAsync("# A\n\nOne.\n\n## B\n\nTwo.");

        Assert.Equal(["scene-001", "scene-002", "scene-003"], scenes.Scenes.Select(scene => scene.Id));
        Assert.Equal(9, result.FanOut.Length);
        Assert.Equal("audio_generation:scene-002", result.FanOut[4].Name);
        Assert.Contains(_bench.Progress, report => report.Message == "Parsing scene 2/3");
    }

    [Fact]
    public async Task ADocumentThatIsTooLongKeepsEverySectionAndSaysWhatIsMissing()
    {
        var sections = Enumerable.Range(1, 40).Select(
            i => $"## Section {i}\n\n" + string.Concat(Enumerable.Repeat(new string('w', 50) + " and so on. ", 10 * i)));
        var (scenes, result) = await _bench.ParseTextAsync("# Long\n\n" + string.Join("\n\n", sections));

        Assert.Equal(100, scenes.Scenes.Length);
        Assert.Equal(40, scenes.Scenes.Select(scene => scene.Title).Where(title => title.StartsWith("Section ", StringComparison.Ordinal)).Distinct().Count());
        Assert.Contains("\"Section 40\"", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MoreSectionsThanScenesArePutTogetherByTheirHeadings()
    {
        var (scenes, result) = await _bench.ParseTextAsync(string.Join("\n\n", Enumerable.Range(1, 500).Select(i => $"## Part {i}\n\nText {i}.")));

        Assert.Equal(100, scenes.Scenes.Length);
        var lines = scenes.Scenes.SelectMany(scene => scene.Lines).ToHashSet();
        Assert.All(Enumerable.Range(1, 500), i => Assert.Contains($"Part {i}", lines));
        Assert.Contains("500 sections", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LongCodeAndLongTablesGoOnAndCountWhatIsLeft()
    {
        var code = string.Join('\n', Enumerable.Range(1, 100).Select(i => $"line {i}"));
        var table = "| a | b |\n|---|---|\n" + string.Concat(Enumerable.Range(1, 50).Select(i => $"| {i} | x |\n"));
        var (scenes, result) = await _bench.ParseTextAsync($"# A\n\n```\n{code}\n```\n\n{table}");

        var codes = scenes.Scenes.Where(scene => scene.Kind == SceneKind.Code).ToList();
        Assert.Equal(6, codes.Count);
        var shown = codes.Sum(code => code.Code!.Split('\n').Count(line => line.StartsWith("line ", StringComparison.Ordinal)));
        Assert.EndsWith($"line {shown}\n… {100 - shown} more lines", codes[5].Code, StringComparison.Ordinal);
        var tables = scenes.Scenes.Where(scene => scene.Kind == SceneKind.Table).ToList();
        Assert.Equal(50, tables.Sum(table => table.Rows.Length));
        Assert.Equal($"In \"A\", {100 - shown} lines of code are not shown: they would take more than 6 slides.", Assert.Single(result.Warnings));
    }

    [Fact]
    public async Task ALongNumberedListGoesOnWithItsNumbers()
    {
        var (scenes, _) = await _bench.ParseTextAsync("# A\n\n" + string.Concat(Enumerable.Range(1, 15).Select(i => $"{i}. Item {i}\n")));

        var lists = scenes.Scenes.Where(scene => scene.Kind == SceneKind.List).ToList();
        Assert.Equal([1, 8, 15], lists.Select(list => list.Start));
        Assert.Equal("Item 8", lists[1].Lines[0]);
    }

    [Fact]
    public async Task APictureIsStoredOnceAndNamedPlainly()
    {
        var path = _bench.WriteFile("a.md", "# A\n\n![One](x.png)\n\nText.\n\n![Again](x.png)");
        File.WriteAllBytes(Path.Combine(Path.GetDirectoryName(path)!, "x.png"), [0x89, (byte)'P', (byte)'N', (byte)'G', 0]);
        var (scenes, result) = await _bench.ParseAsync(path);

        Assert.Equal(["image-001.png", "image-001.png"], scenes.Scenes.Where(scene => scene.Kind == SceneKind.Image).Select(scene => scene.Image));
        Assert.Equal(["scenes.json", "image-001.png"], result.Artifacts.Select(artifact => artifact.Name));
        Assert.Empty(result.Warnings);
    }

    [Fact]
    public async Task InPlainTextMarksAreOnlyMarks()
    {
        var (scenes, _) = await _bench.ParseTextAsync("A letter\n========\n\n    Dear *friend*, see [this] and <b>that</b>.\n\nYours", "letter.txt");

        Assert.Equal("A letter", scenes.Scenes[0].Title);
        Assert.Contains(
            scenes.Scenes.SelectMany(scene => scene.Lines).Append(scenes.Scenes[0].Subtitle), line => line == "Dear *friend*, see [this] and <b>that</b>.");
    }

    [Fact]
    public async Task OnlyOneSentenceStandsUnderTheTitle_AndMoreOfThemGetASlide()
    {
        var (one, _) = await _bench.ParseTextAsync("# Sleep\n\nAdults need seven hours of it.");
        var (two, _) = await _bench.ParseTextAsync("# Sleep\n\nAdults need seven hours of it. Most get six.");

        Assert.Equal("Adults need seven hours of it.", one.Scenes[0].Subtitle);
        Assert.Null(two.Scenes[0].Subtitle);
        Assert.Equal(["Adults need seven hours of it. Most get six."], two.Scenes[1].Lines);
    }

    [Fact]
    public async Task HeadingsAloneMakeAVideoToo()
    {
        var (scenes, _) = await _bench.ParseTextAsync("# Plan\n\n## Monday\n\n## Tuesday\n\n### Morning\n");

        Assert.Equal(["Plan", "Monday", "Morning", "Thank you for watching"], scenes.Scenes.Select(scene => scene.Title));
    }
}
