using System.Collections.Immutable;
using System.Diagnostics;
using SkiaSharp;
using VideoGen.Client.Stages;
using VideoGen.Stages.Diagrams;
using VideoGen.Stages.Documents;
using VideoGen.Stages.Media;
using VideoGen.Stages.Slides;
using VideoGen.Stages.Tests.Contract;
using VideoGen.Stages.Tests.Media;

namespace VideoGen.Stages.Tests.Diagrams;

public sealed class DiagramDrawerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task WhereTheProgramIsMissing_CodeStaysCodeAndOneWarningSaysSo()
    {
        var (outline, drawn, warnings) = await DrawAsync(_folder, Code("dot", "digraph { a -> b }"), Code("dot", "digraph { c -> d }"), Code("sh", "ls"));

        Assert.Empty(drawn);
        Assert.All(outline.Sections[0].Pieces, piece => Assert.IsType<CodePiece>(piece));
        Assert.StartsWith(
            "Diagrams in Graphviz are shown as code: dot is not installed. Install the package graphviz", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AGraph_BecomesAPicture_AndItsTextReachesNoArgument()
    {
        var bin = Directory.CreateDirectory(Path.Combine(_folder, "bin")).FullName;
        var tool = new FakeTool(bin, "dot", $"""
            printf '%s\n' "$@" > {FakeTool.Quote(Path.Combine(_folder, "arguments"))}
            cat > {FakeTool.Quote(Path.Combine(_folder, "input"))}
            echo '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>' > diagram-001.svg
            """);

        var (outline, drawn, warnings) = await DrawAsync(tool.SearchPath, Code("dot", "digraph { secret -> \"b\" }"), Code("python", "x"));

        Assert.Empty(warnings);
        Assert.Equal("diagram:diagram-001", Assert.IsType<PicturePiece>(outline.Sections[0].Pieces[0]).Address);
        Assert.IsType<CodePiece>(outline.Sections[0].Pieces[1]);
        Assert.EndsWith("diagram-001.svg", Assert.Single(drawn).Path, StringComparison.Ordinal);
        Assert.Equal("digraph { secret -> \"b\" }", await File.ReadAllTextAsync(Path.Combine(_folder, "input"), TestContext.Current.CancellationToken));
        Assert.DoesNotContain(
            "secret", await File.ReadAllTextAsync(Path.Combine(_folder, "arguments"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhereNodeIsMissing_OnlyFormulasWithoutSignsOfTheirOwnAreWarnedOf()
    {
        var (_, _, none) = await DrawAsync(_folder, Code("math", "n^3/3"));
        var (_, _, warnings) = await DrawAsync(_folder, Code("math", @"\begin{pmatrix} a & b \end{pmatrix}"), Code("math", @"\binom{a}{b}"));

        Assert.Empty(none);
        Assert.StartsWith(
            "Formulas are shown as code: node is not installed. Install the package nodejs", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFormula_IsDrawnByMathJax()
    {
        var drawn = await MathJax().DrawAsync(@"\sum_{k=1}^{n} k^2 = \frac{n(n+1)}{6}", _folder, "formula", TestContext.Current.CancellationToken);

        using var picture = SvgPicture.Load(drawn.Path, 320, 180)!;
        using var bitmap = SKBitmap.FromImage(picture);
        var ink = bitmap.Pixels.Select((color, at) => (color.Alpha > 128, X: at % bitmap.Width)).Where(pixel => pixel.Item1).ToList();
        Assert.InRange(ink.Count, bitmap.Pixels.Length / 200, bitmap.Pixels.Length / 4);
        Assert.InRange((ink.Min(pixel => pixel.X) + ink.Max(pixel => pixel.X)) / 2.0 / bitmap.Width, 0.47, 0.53);
    }

    [Theory]
    [InlineData(@"\frac{a", "Missing close brace")]
    [InlineData(@"\notacommand{a}", "Undefined control sequence")]
    [InlineData(@"\require{html}", "Undefined control sequence")]
    public async Task AFormulaThatIsWrong_IsNotDrawn(string tex, string why)
    {
        var failure = await Assert.ThrowsAsync<StageFailedException>(
            () => MathJax().DrawAsync(tex, _folder, "formula", TestContext.Current.CancellationToken));

        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder, "formula.svg")));
    }

    [Fact]
    public async Task AGraphThatIsWrong_StaysCode()
    {
        var bin = Directory.CreateDirectory(Path.Combine(_folder, "bin")).FullName;
        var tool = new FakeTool(bin, "dot", "cat > /dev/null; echo 'syntax error in line 1' >&2; exit 1");

        var (outline, _, warnings) = await DrawAsync(tool.SearchPath, Code("graphviz", "digraph {"));

        Assert.IsType<CodePiece>(outline.Sections[0].Pieces[0]);
        Assert.Contains("syntax error in line 1", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AfterAGraphThatIsWrong_TheNextOneHasANameOfItsOwn()
    {
        var bin = Directory.CreateDirectory(Path.Combine(_folder, "bin")).FullName;
        var first = FakeTool.Quote(Path.Combine(_folder, "first"));
        var tool = new FakeTool(bin, "dot", $"""
            cat > /dev/null
            [ -e {first} ] || {"{"} touch {first}; exit 1; {"}"}
            echo '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>' > diagram-002.svg
            """);

        var (outline, _, _) = await DrawAsync(tool.SearchPath, Code("dot", "digraph {"), Code("dot", "digraph { a }"));

        Assert.IsType<CodePiece>(outline.Sections[0].Pieces[0]);
        Assert.Equal("diagram:diagram-002", Assert.IsType<PicturePiece>(outline.Sections[0].Pieces[1]).Address);
    }

    /// <summary>With the MathJax that the tests install where it is missing.</summary>
    private static MathJaxTool MathJax()
    {
        var root = Path.GetDirectoryName(DocumentBench.SamplesFolder)!;
        using var install = Process.Start(new ProcessStartInfo(Path.Combine(root, "tests/tools/mathjax.sh")) { RedirectStandardOutput = true })!;
        var script = install.StandardOutput.ReadToEnd().Trim();
        install.WaitForExit();
        Assert.True(install.ExitCode == 0, "MathJax could not be installed.");
        return new MathJaxTool(new MediaToolRunner(new MediaOptions(), TimeProvider.System), script);
    }

    private static CodePiece Code(string language, string code) => new(code, language);

    private async Task<(Outline Outline, ImmutableArray<DrawnDiagram> Drawn, ImmutableArray<string> Warnings)> DrawAsync(
        string searchPath, params ImmutableArray<OutlinePiece> pieces)
    {
        var tools = new MediaToolRunner(new MediaOptions { SearchPath = searchPath }, TimeProvider.System);
        var outline = new Outline([new OutlineSection("A", 1, "A", pieces)]);
        return await new DiagramDrawer(tools).DrawAsync(outline, _folder, TestContext.Current.CancellationToken);
    }
}
