using System.Diagnostics;

namespace VideoGen.Client.Tests.Guide;

/// <summary>
/// What docs/authors.md shows: each block is a region or a file of the samples. The samples run here and, against a silo of their own, in OwnStageTests of the
/// cluster, which also runs the commands.
/// </summary>
public sealed class AuthorsGuideTests
{
    private const string Document = "docs/authors.md";

    private const string Sample = "samples/WordReport";

    [Fact]
    public void Document_HasTheTextOfEverySnippet()
    {
        var shown = GuideDocument.Read(Document).Where(block => block.Language is "csharp" or "python" or "json");
        string[] sources = ["WordCountStage.cs", "WordReportStage.cs", "WordReportPipeline.cs", "WholeProgram.cs", "WorkerProgram.cs"];
        var regions = sources.SelectMany(source => GuideDocument.Regions($"{Sample}/{source}", "csharp"));
        GuideBlock[] files = [new("python", "count", Read("samples/no-code/count.py")), new("json", "pipeline-json", Read("samples/no-code/pipeline.json"))];

        Assert.Equal(Sorted(regions.Concat(files)), Sorted(shown));
    }

    [Fact]
    public async Task Sample_TellsWhatTheDocumentSays()
    {
        var built = Path.GetRelativePath(Path.Combine(GuideDocument.Root, "tests/Client.Tests"), AppContext.BaseDirectory);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(GuideDocument.Root, Sample, built, "VideoGen.WordReport.dll"), "samples/note.md"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = GuideDocument.Root,
            Environment = { [GuideDocument.LogsToErrors.Key] = GuideDocument.LogsToErrors.Value },
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.True(process.ExitCode == 0, output + await errors);
        Assert.Equal(GuideDocument.Read(Document).Single(block => block.Snippet == "output").Text, output);
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(GuideDocument.Root, path));

    private static IEnumerable<GuideBlock> Sorted(IEnumerable<GuideBlock> blocks) =>
        blocks.OrderBy(block => block.Language, StringComparer.Ordinal).ThenBy(block => block.Snippet, StringComparer.Ordinal);
}
