using System.Text.Json;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Tests.Video;

/// <summary>JSON that an older program or the Python system wrote lacks the members that came later: they have their defaults.</summary>
public sealed class MissingMemberTests
{
    private const string Document =
        """{"stage":"input_adaptation","name":"document","uri":"inputs/a/document.md","length":1,"sha256":"00","media_type":"text/markdown"}""";

    [Fact]
    public void InputWithTheLeast_HasTheDefaults()
    {
        var input = JsonSerializer.Deserialize($$"""{"source":"a.md","document":{{Document}}}""", VideoJson.DocumentVideoInput)!;

        Assert.Equal(new DocumentVideoInput { Source = "a.md", Document = input.Document }.ToJson(), input.ToJson());
        Assert.Equal((1920, 1080, 30, "slt", "blue"), (input.Width, input.Height, input.FrameRate, input.Voice, input.AccentColor));
    }

    [Fact]
    public void SceneWithTheLeast_HasTheDefaults()
    {
        var list = JsonSerializer.Deserialize(
            """{"scenes":[{"id":"scene-001","kind":"text","title":"T","chapter":"C"}]}""", VideoJson.SceneList)!;

        var scene = Assert.Single(list.Scenes);
        Assert.Equal((1, false), (scene.Start, scene.Ordered));
        Assert.Empty(scene.Lines);
        Assert.Empty(scene.Columns);
        Assert.Empty(scene.Rows);
    }

    [Theory]
    [InlineData("""{"document":{}}""")]
    [InlineData("""{"source":null,"document":{}}""")]
    public void InputWithoutItsSource_IsRefused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(json, VideoJson.DocumentVideoInput));
}
