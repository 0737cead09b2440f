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

    [Theory]
    [InlineData("---\ntitle: fine\nauthor: \"open\n---\ntext", "fine", "line [345]")]
    [InlineData("---\ntitle: A: B\n---\ntext", "A: B", "line 2")]
    public void Split_BadYaml_IsReadByLinesAndNamesTheLine(string text, string title, string warning)
    {
        var (front, body) = FrontMatter.Split(text, "a.md");

        Assert.Equal(title, front.Title);
        Assert.Equal("text", body);
        Assert.Matches("a\\.md.*" + warning, Assert.Single(front.Warnings));
    }

    [Theory]
    [InlineData("---\nlang: en_US\n---\nx", "en-US")]
    [InlineData("---\nlanguage: Deutsch\n---\nx", "de")]
    [InlineData("---\nlocale: zh_CN.UTF-8\n---\nx", "zh-CN")]
    [InlineData("+++\nlang = \"fr\"\n+++\nx", "fr")]
    [InlineData("{\n  \"language\": \"es\"\n}\nx", "es")]
    public void Split_LanguagesAsOtherProgramsWriteThem_AreUnderstood(string text, string language) =>
        Assert.Equal(language, FrontMatter.Split(text, "a.md").FrontMatter.Language);

    [Theory]
    [InlineData("size: 4:3", 1440, 1080)]
    [InlineData("size: 9:16", 1080, 1920)]
    [InlineData("size: 1280x720", 1280, 720)]
    public void Split_Sizes_AreAlsoShapes(string line, int width, int height) =>
        Assert.Equal(new VideoGen.Stages.Video.FrameSize(width, height), FrontMatter.Split($"---\n{line}\n---\nx", "a.md").FrontMatter.Size);

    [Theory]
    [InlineData("accent: mauve", "mauve")]
    [InlineData("size: A4", "A4")]
    [InlineData("lang: 5", "5")]
    public void Split_ValuesOfOtherPrograms_AreWarnedOf(string line, string named) =>
        Assert.Contains(named, Assert.Single(FrontMatter.Split($"---\n{line}\n---\nx", "a.md").FrontMatter.Warnings), StringComparison.Ordinal);

    [Fact]
    public void Split_AuthorsWithMore_AreTheirNames()
    {
        var (front, _) = FrontMatter.Split("---\nauthor:\n  - name: Ada Example\n    affiliation: School\n  - name: Bo Example\n---\nx", "a.md");

        Assert.Equal("Ada Example, Bo Example", front.Author);
    }

    [Fact]
    public void Split_TitleBlockOfPandoc_IsTitleAndAuthor()
    {
        var (front, body) = FrontMatter.Split("% A plan\n% Ada; Bo\n% 2025\n\nText.", "a.md");

        Assert.Equal(("A plan", "Ada, Bo", "\nText."), (front.Title, front.Author, body));
    }

    [Fact]
    public void Split_Pronounce_IsAMapOfWords() =>
        Assert.Equal("sequel light", FrontMatter.Split("---\npronounce: {SQLite: \"sequel light\"}\n---\nx", "a.md").FrontMatter.Pronounce["SQLite"]);

    [Fact]
    public void Split_AliasesThatWouldExplode_AreNotFollowed()
    {
        var lines = Enumerable.Range(1, 60).Select(i => $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]");

        var (front, _) = FrontMatter.Split($"---\ntitle: Bomb\na0: &a0 x\n{string.Join('\n', lines)}\n---\nbody\n", "a.md");

        Assert.Equal("Bomb", front.Title);
    }

    [Fact]
    public void Split_DeepNesting_IsNotRead()
    {
        var yaml = new string('[', 5_000) + new string(']', 5_000);

        var (front, body) = FrontMatter.Split($"---\nx: {yaml}\n---\nbody", "a.md");

        Assert.Equal("body", body);
        Assert.Contains("deeper", Assert.Single(front.Warnings), StringComparison.Ordinal);
    }
}
