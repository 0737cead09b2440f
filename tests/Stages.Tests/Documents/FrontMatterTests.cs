using VideoGen.Stages.Documents;

namespace VideoGen.Stages.Tests.Documents;

public sealed class FrontMatterTests
{
    [Fact]
    public void Split_KnownKeys_AreReadAndOthersPassedOver()
    {
        var (front, body) = FrontMatter.Split("---\ntitle: \"A: b\"\nauthors: [Ann, Bob]\nTags:\n  - x: {y: z}\naccent_color: Teal\n---\n# Body\n", "a.md");

        Assert.Equal("A: b", front.Title);
        Assert.Equal("Ann, Bob", front.Author);
        Assert.Equal("#14B8A6", front.AccentColor);
        Assert.Equal("# Body\n", body);
    }

    [Theory]
    [InlineData("---\n\nA rule, and no front matter.\n\n---\n")]
    [InlineData("---\nA sentence between two rules\n---\n")]
    [InlineData("---\ntitle: never closed\n")]
    [InlineData("# A\n---\ntitle: late\n---\n")]
    public void Split_WhatIsNoFrontMatter_StaysInTheBody(string text) => Assert.Equal((new FrontMatter(), text), FrontMatter.Split(text, "a.md"));

    [Fact]
    public void Split_BadYaml_NamesTheLineOfTheDocument()
    {
        var exception = Assert.Throws<DocumentException>(() => FrontMatter.Split("---\ntitle: fine\nauthor: \"open\n---\n", "a.md"));

        Assert.Equal("document.front_matter", exception.Code);
        Assert.Matches("a\\.md.*line [345]", exception.Message);
    }

    [Fact]
    public void Split_AliasesThatWouldExplode_AreNotFollowed()
    {
        var lines = Enumerable.Range(1, 60).Select(i => $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]");

        var (front, _) = FrontMatter.Split($"---\ntitle: Bomb\na0: &a0 x\n{string.Join('\n', lines)}\n---\nbody\n", "a.md");

        Assert.Equal("Bomb", front.Title);
    }

    [Fact]
    public void Split_DeepNesting_IsRefused()
    {
        var yaml = new string('[', 5_000) + new string(']', 5_000);

        Assert.Equal("document.front_matter", Assert.Throws<DocumentException>(() => FrontMatter.Split($"---\nx: {yaml}\n---\nbody", "a.md")).Code);
    }
}
