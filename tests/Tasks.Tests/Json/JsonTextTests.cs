using System.Text.Json;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Tests.Json;

public sealed class JsonTextTests
{
    [Fact]
    public void AnyText_IsWhatTheSerializerWrites()
    {
        IEnumerable<string> texts =
        [
            "", "scene-07: frame 12 is drawn", "\"quoted\" \\ <b>&amp;</b>", "ü€😀", "\ud83d", "\ude00\ud83d",
            .. Enumerable.Range(0, 0x10000).Select(c => $"a{(char)c}z"),
        ];
        foreach (var text in texts)
        {
            Assert.Equal(JsonSerializer.Serialize(text, TaskJson.Default.String), JsonText.FromString(text).Value);
        }
    }
}
