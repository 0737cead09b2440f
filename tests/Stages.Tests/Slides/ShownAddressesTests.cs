using VideoGen.Stages.Slides;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Tests.Slides;

public sealed class ShownAddressesTests
{
    [Theory]
    [InlineData("See https://example.org/a/very/long/path/to/a/page?with=query&and=more.", "See example.org/…/page.")]
    [InlineData("(https://www.example.org/one-page-of-a-long-name?query=of-many-letters)", "(example.org/one-page-of-a-long-name)")]
    [InlineData("https://example.org/7f3a9c0d7b6e5f4a3b2c1d0e9f8a7b6c7f3a9c0d", "example.org/…")]
    [InlineData("At https://example.org/short, as it is.", "At https://example.org/short, as it is.")]
    [InlineData("No address: a/very/long/path/of/a/file/that/stays/as/it/is", "No address: a/very/long/path/of/a/file/that/stays/as/it/is")]
    public void ALongAddress_IsItsHostAndItsLastPart(string text, string shown)
    {
        var scene = new Scene { Id = "s", Kind = SceneKind.Table, Title = "T", Chapter = "C", Lines = [text], Rows = [[text]], Points = [new(text)] };

        Assert.Equal(shown, ShownAddresses.Shorten(text));
        scene = ShownAddresses.Shorten(scene);
        Assert.Equal([shown, shown, shown], [scene.Lines[0], scene.Rows[0][0], scene.Points!.Value[0].Text]);
    }
}
