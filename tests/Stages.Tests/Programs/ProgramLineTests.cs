using VideoGen.Stages.Programs;

namespace VideoGen.Stages.Tests.Programs;

public sealed class ProgramLineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vg-line-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("python3 a.py", "python3", "a.py")]
    [InlineData("  sh   -c  'echo \"$HOME\" | wc; exit'  ", "sh", "-c", "echo \"$HOME\" | wc; exit")]
    [InlineData("x --title='a b'c \"it's\" ''", "x", "--title=a bc", "it's", "")]
    [InlineData("x C:\\a a~b", "x", "C:\\a", "a~b")]
    public void WordsReachTheProgramAsTheyAre(string command, params string[] words) =>
        Assert.Equal(words, ProgramLine.Parse(command, _folder).Words);

    [Theory]
    [InlineData("", "names no program")]
    [InlineData(" ", "names no program")]
    [InlineData("'' x", "names no program")]
    [InlineData("x 'a", "has a quote ' that does not end")]
    [InlineData("x | y", "has a '|', which only a shell understands")]
    [InlineData("x $HOME", "has a '$', which only a shell understands")]
    [InlineData("~/x", "has a '~', which only a shell understands")]
    [InlineData("x > y", "sh -c '…'")]
    [InlineData("x \0", "none of them is 0")]
    public void WhatIsNoCommandIsSaid(string command, string what) =>
        Assert.Contains(what, Assert.Throws<FormatException>(() => ProgramLine.Parse(command, _folder)).Message, StringComparison.Ordinal);

    [Fact]
    public void AWordThatNamesAFileStandsForItWithItsWholePath()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "folder"));
        File.WriteAllText(Path.Combine(_folder, "render.py"), "");
        File.WriteAllText(Path.Combine(_folder, "python3"), "");
        File.WriteAllText(Path.Combine(_folder, "folder", "a b"), "");

        var line = ProgramLine.Parse("python3 render.py other.py folder 'folder/a b' -render.py", _folder);

        Assert.Equal(
            ["python3", Path.Combine(_folder, "render.py"), "other.py", "folder", Path.Combine(_folder, "folder", "a b"), "-render.py"], line.Words);
        Assert.Equal(Path.Combine(_folder, "python3"), ProgramLine.Parse("./python3", _folder).Words[0]);
    }
}
