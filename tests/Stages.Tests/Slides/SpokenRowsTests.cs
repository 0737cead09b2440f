using System.Collections.Immutable;
using VideoGen.Stages.Slides;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Tests.Slides;

public sealed class SpokenRowsTests
{
    private static readonly ImmutableArray<ImmutableArray<string>> Rows = [["Spade", "15"], ["Rake", "20"], ["Garden rake", "12"], ["A", "3"]];

    [Fact]
    public void TheRowWhoseNameIsSaid_IsLitInTheOrderOfTheVoice() => Assert.Equal(
        [(2, 1.0), (0, 2.0), (null, 5.0), (1, 9.0)],
        Lit("Garden rake is highest, and spade lowest.", "That is all.", "Rake: 20, spade."));

    [Theory]
    [InlineData("A table of tools.")]
    [InlineData("Nothing of it stands here, a word apart.")]
    public void AnArticle_IsNoRow(string sentence) => Assert.Empty(Lit(sentence));

    [Fact]
    public void ARowOfOneLetter_IsLitWhereItIsMeant() => Assert.Equal([(3, 1.0)], Lit("A: 3."));

    [Fact]
    public void OfRowsOfOneName_TheNextOneIsMeant() => Assert.Equal(
        [(0, 1.0), (1, 5.0)],
        SpokenRows.Of([["Tea", "1"], ["Tea", "2"]], Timing("Tea: 1.", "Tea: 2.")).Select(one => (one.Row, one.Start)));

    [Fact]
    public void OfNamesThatBeginAlike_TheLongerOneIsMeant() => Assert.Equal(
        [(1, 1.0), (0, 5.0)],
        SpokenRows.Of([["North", "1"], ["North Sea", "2"]], Timing("North Sea is highest.", "North is lowest.")).Select(one => (one.Row, one.Start)));

    [Fact]
    public void WithoutAVoice_NothingIsLit() => Assert.Empty(SpokenRows.Of(Rows, null));

    private static ImmutableArray<(int? Row, double Start)> Lit(params string[] sentences) => SpokenRows.Of(Rows, Timing(sentences));

    /// <summary>Sentences of four seconds from the second second on, a word each 0.2 s.</summary>
    private static VoiceTiming Timing(params string[] sentences) => new(
        "s",
        60,
        [
            .. sentences.Select((text, i) => new TimedSentence(
                text, 1 + (4 * i), 4 + (4 * i), Silent: false,
                [.. text.Split(' ').Select((word, k) => new TimedWord(word, 1 + (4 * i) + (0.2 * k), 1.2 + (4 * i) + (0.2 * k)))])),
        ]);
}
