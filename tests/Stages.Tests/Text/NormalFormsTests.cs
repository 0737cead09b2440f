using VideoGen.Stages.Documents;
using VideoGen.Stages.Text;

namespace VideoGen.Stages.Tests.Text;

public sealed class NormalFormsTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("Cafe\u0301 fu\u0308r", "Caf\u00E9 f\u00FCr")]
    [InlineData("a\u0302\u0323", "\u1EAD")]
    [InlineData("e\u0300\u0301", "\u00E8\u0301")]
    [InlineData("a\u0327\u0301", "\u00E1\u0327")]
    [InlineData("q\u0307\u0323", "q\u0323\u0307")]
    [InlineData("\u212B", "\u00C5")]
    [InlineData("\u1112\u1161\u11AB\u1100\u1173\u11AF", "\uD55C\uAE00")]
    [InlineData("\u0958", "\u0915\u093C")]
    [InlineData("\u0301e", "\u0301e")]
    [InlineData("\uD83C\uDF89e\u0301", "\uD83C\uDF89\u00E9")]
    public void ALetterAndItsMarksAreOneCharacter(string text, string composed)
    {
        Assert.Equal(composed, NormalForms.Composed(text));
        Assert.Equal(composed, NormalForms.Composed(composed));
        Assert.Equal(NormalForms.Decomposed(text), NormalForms.Decomposed(composed));
    }

    /// <summary>Some editors and file systems write letters and marks apart.</summary>
    [Fact]
    public void ADocumentIsReadComposed() => Assert.Equal("# Caf\u00E9\n", DocumentText.Normalize("# Cafe\u0301\r\n"));
}
