using VideoGen.Stages.Slides;

namespace VideoGen.Stages.Tests.Slides;

public sealed class CodeRowTests
{
    [Theory]
    [InlineData("x", 20)]
    [InlineData("    raise ValueError(\"there are no beds, so that nothing can be watered; add one with add_bed(name, width, length)\")", 40)]
    [InlineData("nobreaksanywherenobreaksanywherenobreaksanywherenobreaksanywhere", 20)]
    [InlineData("a 漢字漢字漢字漢字漢字漢字漢字漢字漢字 b", 20)]
    public void ALongLine_GoesOnWithoutLosingALetter(string line, int columns)
    {
        var rows = CodeRow.Wrap(CodeTokenizer.Tokenize([line], "python"), columns);

        Assert.Equal(line.Replace(" ", "", StringComparison.Ordinal), string.Concat(rows.Select(Text)).Replace(" ", "", StringComparison.Ordinal));
        Assert.All(rows, row => Assert.InRange(row.Indent + CodeRow.WidthOf(Text(row).TrimEnd()), 1, columns));
        Assert.All(rows, row => Assert.Equal(0, row.Line));
        Assert.Equal(0, rows[0].Indent);
    }

    private static string Text(CodeRow row) => string.Concat(row.Tokens.Select(token => token.Text));
}
