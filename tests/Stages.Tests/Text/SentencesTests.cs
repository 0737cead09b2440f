using VideoGen.Stages.Text;

namespace VideoGen.Stages.Tests.Text;

public sealed class SentencesTests
{
    [Theory]
    [InlineData("One. Two! Three? Four", "One.|Two!|Three?|Four")]
    [InlineData("Use e.g. this one, i.e. that. Done.", "Use e.g. this one, i.e. that.|Done.")]
    [InlineData("Version 10.4.2 costs 3.50 euros. Yes.", "Version 10.4.2 costs 3.50 euros.|Yes.")]
    [InlineData("See https://example.com/a.b?c=d. Then go.", "See https://example.com/a.b?c=d.|Then go.")]
    [InlineData("Dr. Smith met J. Doe, cf. Fig. 3. They spoke.", "Dr. Smith met J. Doe, cf. Fig. 3.|They spoke.")]
    [InlineData("Logs, metrics, etc. The rest is here.", "Logs, metrics, etc.|The rest is here.")]
    [InlineData("He said \"Go.\" She went.", "He said \"Go.\"|She went.")]
    [InlineData("Wait... what? Yes.", "Wait... what?|Yes.")]
    [InlineData("Open file.txt and run it. Fine", "Open file.txt and run it.|Fine")]
    [InlineData("你好。再见！好吗？", "你好。|再见！|好吗？")]
    [InlineData("Он сказал, т.е. написал. Да.", "Он сказал, т.е. написал.|Да.")]
    [InlineData("ASP.NET and Node.js are here. OK.", "ASP.NET and Node.js are here.|OK.")]
    [InlineData("1. First things first", "1. First things first")]
    public void Split_ParagraphsOfPeople_EndWhereSentencesEnd(string text, string expected) => Assert.Equal(expected, string.Join('|', Sentences.Split(text)));

    [Fact]
    public void Split_ALongSentence_IsPartedAtAComma()
    {
        var parts = Sentences.Split(string.Join(", ", Enumerable.Repeat("and then we went on to the next of the many towns", 12)));

        Assert.All(parts, part => Assert.InRange(TextWidth.Of(part), 60, Sentences.MaxWidth));
        Assert.All(parts.SkipLast(1), part => Assert.EndsWith(",", part, StringComparison.Ordinal));
    }

    [Fact]
    public void Split_AnyText_LosesNoLetter()
    {
        var text = "A b. C d! " + new string('x', 1_000) + " e.g. f… " + new string('字', 500) + "。🎉";

        Assert.Equal(text.Replace(" ", "", StringComparison.Ordinal), string.Concat(Sentences.Split(text)).Replace(" ", "", StringComparison.Ordinal));
    }
}
