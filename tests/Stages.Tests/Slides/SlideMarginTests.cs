using System.Collections.Immutable;
using SkiaSharp;
using VideoGen.Stages.Slides;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Tests.Slides;

/// <summary>Whatever a document holds, nothing is drawn outside of the margins of its slide.</summary>
public sealed class SlideMarginTests
{
    /// <summary>Pixels by which letters may lean out of their box.</summary>
    private const int Overhang = 6;

    private static readonly SlideTheme Theme = SlideTheme.Of("#4C9AFF");

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (var text in Texts.Keys)
        {
            foreach (var kind in Enum.GetNames<SceneKind>())
            {
                cases.Add(text, kind);
            }
        }

        return cases;
    }

    private static readonly ImmutableDictionary<string, string> Texts = new Dictionary<string, string>
    {
        ["short"] = "Hi",
        ["long words"] = string.Concat(Enumerable.Repeat("Lorem ipsum dolor sit amet. ", 360)),
        ["no spaces"] = new string('W', 3_000),
        ["right to left"] = string.Concat(Enumerable.Repeat("مرحبا بالعالم (2026) with English. ", 60)),
        ["chinese"] = string.Concat(Enumerable.Repeat("这是一个没有空格的很长的句子。", 60)),
        ["emoji"] = string.Concat(Enumerable.Repeat("👩‍💻🇩🇪🚀✅❤️ ", 120)),
        ["marks"] = "Z" + string.Concat(Enumerable.Repeat("\u0301\u0323", 40)) + "algo",
        ["controls"] = "a\u0000b\u001b[31mc\u202Ed\u2028e\uFFFDf\uD800g",
        ["filters"] = """:'"%{pts}[];\,movie=http://127.0.0.1/x,textfile=/etc/passwd\n${HOME}`id`""",
    }.ToImmutableDictionary();

    [Theory]
    [MemberData(nameof(Cases))]
    public void NothingIsDrawnOutsideOfTheMargins(string name, string kindName)
    {
        var kind = Enum.Parse<SceneKind>(kindName);
        var text = Texts[name];
        var scene = new Scene
        {
            Id = "scene-001",
            Kind = kind,
            Title = text,
            Chapter = text + "!",
            Lead = name.Length % 3 == 0 ? text : null,
            Points = kind == SceneKind.Text && name.Length % 2 == 0 ? [new ScenePoint(text), new ScenePoint(text, "1,000,000,000,000")] : null,
            Subtitle = text,
            Lines = [text, text, .. Enumerable.Repeat(text.Length > 40 ? "short" : text, 30)],
            Ordered = name.Length % 2 == 0,
            Code = text + "\n\t" + text,
            Language = "csharp",
            Columns = [.. Enumerable.Repeat(text, 60)],
            Rows = [.. Enumerable.Repeat(Enumerable.Repeat(text.Length > 300 ? text[..300] : text, 60).ToImmutableArray(), 50)],
        };

        using var picture = Draw(scene, 640, 360);

        var side = (int)(112 * 640 / 1920.0) - Overhang;
        var covers = kind == SceneKind.Title;
        AssertEmpty(picture, new SKRectI(0, 0, covers && name == "right to left" ? 0 : side, 360), "left");
        AssertEmpty(picture, new SKRectI(covers ? 640 : 640 - side, 0, 640, 360), "right");
        AssertEmpty(picture, new SKRectI(covers ? 256 : 0, 0, covers ? 384 : 640, 18), "top");
        AssertEmpty(picture, new SKRectI(0, 342, 640, 360), "bottom");
        AssertEmpty(picture, new SKRectI(covers ? 256 : 0, 316, covers ? 384 : 640, 323), "between body and foot");
    }

    [Theory]
    [InlineData(320, 240)]
    [InlineData(3840, 2160)]
    [InlineData(1080, 1920)]
    public void EverySizeHasItsMargins(int width, int height)
    {
        using var picture = Draw(
            new Scene { Id = "s", Kind = SceneKind.Text, Title = "A title", Chapter = "A chapter", Lines = [Texts["long words"]] }, width, height);

        var margin = (int)(0.05 * width) - Overhang;
        AssertEmpty(picture, new SKRectI(0, 0, margin, height), "left");
        AssertEmpty(picture, new SKRectI(width - margin, 0, width, height), "right");
    }

    [Theory]
    [InlineData(nameof(SceneKind.Title))]
    [InlineData(nameof(SceneKind.Text))]
    [InlineData(nameof(SceneKind.List))]
    [InlineData(nameof(SceneKind.Code))]
    [InlineData(nameof(SceneKind.Quote))]
    [InlineData(nameof(SceneKind.Table))]
    [InlineData(nameof(SceneKind.Image))]
    [InlineData(nameof(SceneKind.Closing))]
    public void WhatIsThereBeforeTheVoiceBeginsIsNotBlank(string kind)
    {
        var scene = new Scene
        {
            Id = "s",
            Kind = Enum.Parse<SceneKind>(kind),
            Title = "A title",
            Chapter = "A chapter",
            Lines = ["a"],
            Code = "a",
            Columns = ["a"],
            Rows = [["a"]],
        };

        using var picture = Draw(scene, 640, 360, layers: 1);

        Assert.Contains(Enumerable.Range(0, 640 * 300), at => picture.GetPixel(at % 640, at / 640) != Theme.Ground);
    }

    private static SKBitmap Draw(Scene scene, int width, int height, int layers = int.MaxValue)
    {
        var config = new VideoConfig
        {
            Title = scene.Title,
            AccentColor = "#4C9AFF",
            Voice = "slt",
            Language = "en",
            Width = width,
            Height = height,
            FrameRate = 25,
        };
        using var fonts = new SlideFonts();
        var sheet = new SlideSheet(width, height, Theme, new TextShaper(fonts, Theme));
        var slide = new SlideComposer(sheet, config, new ScenePlace(0, 3)).Compose(scene, picture: null);
        var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Bgra8888, SKAlphaType.Premul));
        using var canvas = new SKCanvas(bitmap);
        canvas.Scale(sheet.Scale);
        foreach (var layer in slide.Layers.Take(layers))
        {
            layer.Draw(canvas);
        }

        return bitmap;
    }

    private static void AssertEmpty(SKBitmap picture, SKRectI area, string where)
    {
        for (var y = area.Top; y < area.Bottom; y++)
        {
            for (var x = area.Left; x < area.Right; x++)
            {
                Assert.True(picture.GetPixel(x, y) == Theme.Ground, $"Something is drawn at {x},{y}, in the {where} margin.");
            }
        }
    }
}
