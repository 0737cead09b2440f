using System.Text.RegularExpressions;

namespace VideoGen.House.Tests;

/// <summary>The mutants take minutes and have a command of their own; that the code moved away from under one of them is to be noticed at once.</summary>
public sealed partial class MutantListTests
{
    [Fact]
    public void Mutant_StandsExactlyOnceInItsFile()
    {
        var list = Repository.Read("tests/mutants/mutants.txt");
        var mutants = Mutant().Matches(list);
        Assert.NotEmpty(mutants);
        Assert.Equal(Regex.Count(list, "^mutant ", RegexOptions.Multiline), mutants.Count);
        Assert.All(mutants, mutant =>
        {
            var text = Repository.Read(mutant.Groups["file"].Value);
            var times = Regex.Count(text, Regex.Escape(mutant.Groups["text"].Value));
            Assert.True(
                times == 1,
                $"The text of mutant {mutant.Groups["name"]} stands {times} times in {mutant.Groups["file"]}: change it in tests/mutants/mutants.txt.");
        });
    }

    [GeneratedRegex(
        @"^mutant (?<name>\S+)\nfile (?<file>\S+)\ntests [^\n]+\n<<<\n(?<text>.*?)\n===\n.*?\n>>>$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Mutant();
}
