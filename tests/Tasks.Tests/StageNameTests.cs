using System.Text.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Tests;

public sealed class StageNameTests
{
    [Theory]
    [InlineData("work", "work", null, null)]
    [InlineData("audio_generation:scene-03", "audio_generation", "scene-03", "audio_generation")]
    [InlineData("a.b-C_9:7", "a.b-C_9", "7", "a.b-C_9")]
    public void AName_HasAKindAndPerhapsAUnitAndAGroup(string text, string kind, string? unit, string? group)
    {
        var name = StageName.Parse(text);
        Assert.Equal((text, kind, unit, group), (name.Value, name.Kind, name.Unit, name.Group?.Value));
        Assert.Equal(text, name.ToString());
    }

    [Theory]
    [InlineData(null, "A stage has no name.")]
    [InlineData("", "A stage has no name.")]
    [InlineData(":", "The stage name ':' has nothing before or after its colon.")]
    [InlineData(":a", "The stage name ':a' has nothing before or after its colon.")]
    [InlineData("a:", "The stage name 'a:' has nothing before or after its colon.")]
    [InlineData("a:b:c", "The stage name 'a:b:c' may hold only A-Z a-z 0-9 _ - . and one colon.")]
    [InlineData("a\nb", "The stage name 'a?b' may hold only A-Z a-z 0-9 _ - . and one colon.")]
    [InlineData("a:b/c", "The stage name 'a:b/c' may hold only A-Z a-z 0-9 _ - . and one colon.")]
    [InlineData("ü", "The stage name 'ü' may hold only A-Z a-z 0-9 _ - . and one colon.")]
    public void TextThatIsNoName_IsRefusedInWords(string? text, string problem)
    {
        Assert.False(StageName.TryParse(text, out var name, out var why));
        Assert.Equal(problem, why);
        Assert.Equal(default, name);
        Assert.Equal(problem, Assert.Throws<FormatException>(() => StageName.Parse(text)).Message);
        Assert.Equal(problem, Assert.Throws<FormatException>(() => (StageName)text!).Message);
    }

    [Fact]
    public void TheLongestName_IsOne()
    {
        Assert.True(StageName.TryParse(new string('a', StageName.MaxLength), out _, out _));
        Assert.False(StageName.TryParse(new string('a', StageName.MaxLength + 1), out _, out var problem));
        Assert.Equal("A stage name has 97 characters; 96 is the most.", problem);
    }

    [Fact]
    public void Names_AreEqualLetterForLetter()
    {
        Assert.Equal(StageName.Parse("a:1"), StageName.Parse(string.Concat("a:", "1")));
        Assert.Equal(StageName.Parse("a:1").GetHashCode(), StageName.Parse(string.Concat("a:", "1")).GetHashCode());
        Assert.NotEqual(StageName.Parse("a"), StageName.Parse("A"));
        Assert.NotEqual(StageName.Parse("a"), default);
        Assert.Equal(default(StageName).GetHashCode(), default(StageName).GetHashCode());
        Assert.Equal(StageName.Parse("a"), StageName.Parse("a:1").Group);
    }

    [Fact]
    public void InJson_ANameIsAText()
    {
        var stage = JsonSerializer.Deserialize(
            """{"name":"audio:1","plan":{"depends_on":["script:1","parse"],"queue":"default"}}""", TaskJson.Default.StageState)!;
        Assert.Equal("audio:1", stage.Name.Value);
        Assert.Equal(["script:1", "parse"], stage.Plan!.Dependencies.Select(name => name.Value));
        Assert.Contains("\"name\":\"audio:1\"", JsonSerializer.Serialize(stage, TaskJson.Default.StageState), StringComparison.Ordinal);
        Assert.Contains(
            "\"depends_on\":[\"script:1\",\"parse\"]",
            JsonSerializer.Serialize(stage, TaskJson.Default.StageState),
            StringComparison.Ordinal);
        var refusal = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("""{"name":"a b"}""", TaskJson.Default.StageState));
        Assert.Equal("The stage name 'a b' may hold only A-Z a-z 0-9 _ - . and one colon.", refusal.Message);
    }

    [Fact]
    public void ADefinition_ReadsAsItsNames()
    {
        var stage = new StageDefinition { Name = "audio", DependsOn = ["parse"] };
        Assert.Equal(StageName.Parse("audio"), stage.Name);
        Assert.Equal([StageName.Parse("parse")], stage.DependsOn);
    }
}
