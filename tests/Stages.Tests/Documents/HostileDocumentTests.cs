using System.Text;
using VideoGen.Client.Stages;
using VideoGen.Stages.Documents;
using VideoGen.Stages.Tests.Contract;

namespace VideoGen.Stages.Tests.Documents;

/// <summary>Documents that nobody writes in earnest (S29): each ends soon, in scenes or in one clear error.</summary>
public sealed class HostileDocumentTests
{
    /// <summary>Far above what any of them takes (a second or two, on a machine of its own): it ends what would never end.</summary>
    private static readonly TimeSpan Bounded = TimeSpan.FromMinutes(5);

    /// <summary>What the error says of those that are refused. One whose bound is missing is read until the parser's time is over, and is told so.</summary>
    private static readonly Dictionary<string, string> Refusals = new()
    {
        ["quotes nested 10,000 deep"] = "nested deeper",
        ["lists nested 10,000 deep in one line"] = "nested deeper",
        ["lists nested 2,000 deep by indentation"] = "columns deep",
        ["100,000 open brackets"] = "too many brackets",
        ["100,000 links that never close"] = "too many brackets",
        ["50,000 pictures that never close"] = "too many brackets",
        ["100,000 stars that never close"] = "nested deeper",
        ["100,000 instructions that never close"] = "too many brackets",
        ["100,000 comments that never close"] = "too many brackets",
        ["100,000 tags that never close"] = "too many brackets",
        ["50,000 definitions of links"] = "too many brackets",
        ["backticks of every length"] = "too many brackets",
        ["a table of 1,000 columns with 30,000 short rows"] = "cells",
        ["emphasis marks that alternate"] = "nested deeper",
    };

    public static TheoryData<string> Names => [.. Documents.Keys];

    private static Dictionary<string, Func<string>> Documents { get; } = new()
    {
        ["quotes nested 10,000 deep"] = () => new string('>', 10_000) + " x",
        ["lists nested 10,000 deep in one line"] = () => Repeat("- ", 10_000) + "x",
        ["lists nested 2,000 deep by indentation"] = () => string.Join('\n', Enumerable.Range(0, 2_000).Select(i => new string(' ', 2 * i) + "- x")),
        ["100,000 open brackets"] = () => new string('[', 100_000),
        ["100,000 links that never close"] = () => Repeat("[a](", 100_000),
        ["50,000 pictures that never close"] = () => Repeat("![", 50_000),
        ["100,000 stars that never close"] = () => Repeat("*a **b ", 50_000),
        ["100,000 instructions that never close"] = () => Repeat("a <? ", 100_000),
        ["100,000 comments that never close"] = () => Repeat("a <!-- ", 100_000),
        ["100,000 tags that never close"] = () => "<div>" + Repeat("<a \"", 100_000),
        ["50,000 definitions of links"] = () => string.Concat(Enumerable.Range(0, 50_000).Select(i => $"[a{i}]: /x\n")),
        ["backticks of every length"] = () => string.Concat(Enumerable.Range(1, 1_500).Select(i => new string('`', i) + "e")),
        ["a table of a megabyte"] = () => "|a|b|c|\n|---|---|---|\n" + Repeat("|aaaa|bbbb|cccc|\n", 60_000),
        ["a table of 50,000 columns"] = () => Repeat("|a", 50_000) + "|\n" + Repeat("|-", 50_000) + "|\n" + Repeat("|a", 50_000) + "|\n",
        ["a table of 1,000 columns with 30,000 short rows"] = () => Repeat("|a", 1_000) + "|\n" + Repeat("|-", 1_000) + "|\n" + Repeat("|a|\n", 30_000),
        ["four megabytes of words in one paragraph"] = () => Repeat("Hello to the whole world. ", 160_000),
        ["four megabytes of one letter"] = () => new string('x', 4_000_000),
        ["300,000 headings"] = () => Repeat("# a\n", 300_000),
        ["a line of code of a megabyte"] = () => "```\n" + new string('x', 1_000_000) + "\n```",
        ["emphasis marks that alternate"] = () => Repeat("a_*", 100_000),
        ["a sentence mark of a megabyte"] = () => new string('.', 500_000) + "a" + new string('!', 500_000),
        ["combining marks upon each other"] = () => "a" + new string('\u0301', 500_000),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public async Task AHostileDocumentEndsSoonInScenesOrInOneClearError(string name)
    {
        using var bench = new StageBench();
        var text = Documents[name]();
        try
        {
            var (scenes, _) = await bench.ParseTextAsync(text).WaitAsync(Bounded, TestContext.Current.CancellationToken);
            Assert.DoesNotContain(name, Refusals.Keys);
            Assert.InRange(scenes.Scenes.Length, 2, 100);
            await bench.WriteScriptAsync(scenes.Scenes[^2].Id).WaitAsync(Bounded, TestContext.Current.CancellationToken);
        }
        catch (DocumentException exception)
        {
            Assert.Equal("document.too_complex", exception.Code);
            Assert.InRange(exception.Message.Length, 20, 400);
            Assert.Contains(Refusals.GetValueOrDefault(name, "took longer"), exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task TheStagesRefuseWhatTheIntakeWouldHaveRefused()
    {
        using var bench = new StageBench();
        var taken = await bench.TakeAsync(bench.WriteFile("a.md", "fine"));
        bench.Input = (taken.Input with { Width = 7 }).ToJson().ToElement();
        Assert.Equal("input.invalid", (await Assert.ThrowsAsync<StageFailedException>(() => bench.RunAsync(new InputAdaptationStage()))).Code);

        bench.Input = (taken.Input with { Document = taken.Input.Document with { Uri = "../../etc/passwd" } }).ToJson().ToElement();
        Assert.Equal("input.invalid", (await Assert.ThrowsAsync<StageFailedException>(() => bench.RunAsync(new InputAdaptationStage()))).Code);

        bench.Input = VideoGen.Tasks.Json.JsonText.EmptyObject.ToElement();
        Assert.Equal("input.invalid", (await Assert.ThrowsAsync<StageFailedException>(() => bench.RunAsync(new InputAdaptationStage()))).Code);
    }

    private static string Repeat(string text, int count) => new StringBuilder(text.Length * count).Insert(0, text, count).ToString();
}
