using System.Collections.Immutable;
using SkiaSharp;
using VideoGen.Stages.Slides;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Tests.Slides;

public sealed class SlideRuleTests
{
    [Theory]
    [InlineData(2.5, 30, 75)]
    [InlineData(2.5001, 30, 76)]
    [InlineData(0.1 + 0.2, 10, 3)]
    [InlineData(0.001, 24, 1)]
    [InlineData(7.8125, 24, 188)]
    public void Frames_OfAVoice_AreRoundedUp(double duration, int frameRate, int frames) => Assert.Equal(frames, FramePlan.FramesFor(duration, frameRate));

    [Theory]
    [InlineData(0, 2.5, 30)]
    [InlineData(1, 0.1, 24)]
    [InlineData(5, 3.37, 25)]
    [InlineData(40, 12.345, 60)]
    public void Plan_OfAnySlide_HasExactlyTheFramesOfItsVoice(int items, double duration, int frameRate)
    {
        var texts = Enumerable.Range(1, items).Select(i => $"Item number {i}").ToList();
        var slide = new Slide(_ => { }, _ => { }, [new SlideLayer(_ => { }), .. texts.Select(text => new SlideLayer(_ => { }, text))]);
        var timing = new VoiceTiming("s", duration, [.. texts.Select((text, i) => new TimedSentence(text, duration * i / items, duration * (i + 1) / items))]);

        var plan = FramePlan.Of(slide, timing, frameRate);

        Assert.Equal(FramePlan.FramesFor(duration, frameRate), plan.FrameCount);
        Assert.All(plan.Pictures, picture => Assert.True(picture is { Frames: > 0, Share: > 0 and <= 256 } && picture.State <= items + 2));
        Assert.Equal(plan.Pictures.Select(picture => picture.State).Order(), plan.Pictures.Select(picture => picture.State));
    }

    [Fact]
    public void Items_AppearWithTheSentencesThatNameThem()
    {
        var timing = new VoiceTiming("s", 10, [
            new("There are three points.", 0.3, 2),
            new("First, one message at a time.", 2.4, 4),
            new("Then, no locks are needed.", 4.4, 6),
            new("And it scales.", 6.4, 9)]);

        var starts = SpokenItems.Starts(["One message at a time", "No locks are needed", "(something else)"], timing);

        Assert.Equal([2.8, 4.8, 6.9], starts.Select(start => Math.Round(start, 1)));
    }

    [Fact]
    public void Items_OfOneSentence_AppearWithTheirWords()
    {
        var sentence = new TimedSentence("Red, green and blue.", 1, 4);
        var heard = sentence with { Words = [new("Red,", 1, 1.4), new("green", 2.1, 2.5), new("and", 2.6, 2.8), new("blue.", 3.2, 3.9)] };

        Assert.Equal([1, 1.75, 3.25], SpokenItems.Starts(["red", "green", "blue"], new VoiceTiming("s", 5, [sentence])));
        Assert.Equal([1, 2.1, 3.2], SpokenItems.Starts(["red", "green", "blue"], new VoiceTiming("s", 5, [heard])));
    }

    [Fact]
    public void Light_OnWhatTheVoiceNeverComesTo_IsLeftOut()
    {
        var timing = new VoiceTiming("s", 9, [new("The spade costs fifteen.", 0.3, 2), new("Nothing else matters.", 4, 6)]);
        var slide = new Slide(
            _ => { }, _ => { },
            [
                new SlideLayer(_ => { }),
                new SlideLayer(_ => { }, "rake twenty", OnlyWhenSpoken: true),
                new SlideLayer(_ => { }, "spade fifteen", OnlyWhenSpoken: true),
                new SlideLayer(_ => { }, "hoe thirty", OnlyWhenSpoken: true),
            ]);

        var plan = FramePlan.Of(slide, timing, 30);

        Assert.Equal([1, 3, 5], plan.Pictures.Where(picture => picture.Share == 256).Select(picture => picture.State).Distinct());
    }

    [Fact]
    public void Plan_ThatIsCut_ShowsTheSameFramesAndBeginsAPictureAtEachCut()
    {
        var plan = new FramePlan([new(0, 256, 7), new(1, 100, 1), new(1, 256, 25), new(2, 256, 2)]);

        var cut = plan.CutEvery(10);

        Assert.Equal(
            [new(0, 256, 7), new(1, 100, 1), new(1, 256, 2), new(1, 256, 10), new(1, 256, 10), new(1, 256, 3), new(2, 256, 2)], cut.Pictures);
        Assert.Equal(plan.FrameCount, cut.FrameCount);
    }

    [Fact]
    public void Items_WithoutAnySentence_StillAppear() => Assert.Equal(2, SpokenItems.Starts(["a", "b"], new VoiceTiming("s", 4, [])).Length);

    [Theory]
    [InlineData("csharp", "var x = 42; // note", "var:Keyword|x:Plain|=:Punctuation|42:Number|;:Punctuation|// note:Comment")]
    [InlineData("cs", "Call(\"a \\\" b\")", "Call:Name|(:Punctuation|\"a \\\" b\":Text|):Punctuation")]
    [InlineData("python", "def f(): # it's", "def:Keyword|f:Name|()::Punctuation|# it's:Comment")]
    [InlineData(
        "bash", "curl http://x/#frag", "curl:Plain|http:Plain|::Punctuation|/:Punctuation|/:Punctuation|x:Plain|/:Punctuation|#:Punctuation|frag:Plain")]
    [InlineData("sql", "SELECT a FROM t -- all", "SELECT:Keyword|a:Plain|FROM:Keyword|t:Plain|-- all:Comment")]
    public void Tokens_OfALine_HaveTheirKinds(string language, string line, string expected)
    {
        var tokens = CodeTokenizer.Tokenize([line], language)[0];

        Assert.Equal(line, string.Concat(tokens.Select(token => token.Text)));
        Assert.Equal(expected, string.Join('|', tokens.Where(token => !string.IsNullOrWhiteSpace(token.Text)).Select(token => $"{token.Text}:{token.Kind}")));
    }

    [Fact]
    public void Tokens_OfAnUnknownLanguage_AreAllPlain()
    {
        const string Line = "if (x) \"y\" 1 // z";

        var tokens = CodeTokenizer.Tokenize([Line], "unheard-of")[0];

        Assert.Equal(Line, string.Concat(tokens.Select(token => token.Text)));
        Assert.All(tokens, token => Assert.Equal(CodeTokenKind.Plain, token.Kind));
    }

    [Fact]
    public void Tokens_OfACommentOverLines_AreComments()
    {
        var lines = CodeTokenizer.Tokenize(["a /* b", "c", "d */ e"], "c");

        Assert.Equal([CodeTokenKind.Comment], lines[1].Select(token => token.Kind));
        Assert.Equal("d */", lines[2][0].Text);
        Assert.Equal(CodeTokenKind.Plain, lines[2][^1].Kind);
    }

    [Fact]
    public void Mixture_OfTwoFrames_GoesFromOneToTheOther()
    {
        var (from, to, mixed) = (new PlanarFrame(64, 2), new PlanarFrame(64, 2), new PlanarFrame(64, 2));
        Array.Fill(from.Data, (byte)40);
        Array.Fill(to.Data, (byte)200);
        to.Data[7] = 40;

        mixed.Mix(from, to, 128);

        Assert.Equal(120, mixed.Data[0]);
        Assert.Equal(120, mixed.Data[^1]);
        Assert.Equal(40, mixed.Data[7]);
    }

    [Theory]
    [InlineData(0xFFFFFFFF, 235, 128, 128)]
    [InlineData(0xFF000000, 16, 128, 128)]
    [InlineData(0xFFFF0000, 63, 102, 240)]
    public void Frame_OfAColor_IsThatOfTheStandard(uint color, byte luma, byte blue, byte red)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(4, 4, SKColorType.Bgra8888, SKAlphaType.Premul));
        bitmap.Erase(new SKColor(color));
        var frame = new PlanarFrame(4, 4);

        frame.Read(bitmap);

        Assert.Equal((luma, blue, red), (frame.Data[0], frame.Data[16], frame.Data[20]));
    }

    [Fact]
    public void Picture_ThatIsNone_IsRefusedWithAReason()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, "<svg onload='x'/>");

        Assert.Null(PictureLoader.Load(path, 640, 360, out var problem));

        File.Delete(path);
        Assert.Contains("not a PNG", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Picture_OfTooManyPixels_IsRefusedBeforeItIsDecoded()
    {
        // A PNG of 60,000 by 60,000 pixels whose checksums are right, with the data of a few.
        var path = Path.GetTempFileName();
        File.WriteAllBytes(path, Convert.FromHexString(
            "89504E470D0A1A0A0000000D494844520000EA600000EA6008020000000FB0E2150000000B49444154789C6360800100000A00017F80745E0000000049454E44AE426082"));

        using var picture = PictureLoader.Load(path, 640, 360, out var problem);

        File.Delete(path);
        Assert.Null(picture);
        Assert.Equal("has 60000×60000 pixels, which is too many; make it smaller than 6000×6000", problem);
    }

    [Theory]
    [InlineData(24)]
    [InlineData(30)]
    [InlineData(60)]
    public void Head_OfASlide_IsWholeBeforeTheVoiceBegins(int frameRate)
    {
        var slide = new Slide(_ => { }, _ => { }, [new SlideLayer(_ => { }), new SlideLayer(_ => { }), new SlideLayer(_ => { }, "An item")]);

        var plan = FramePlan.Of(slide, new VoiceTiming("s", 6, [new("An item", 0.3, 2)]), frameRate);

        var before = plan.Pictures.TakeWhile(picture => picture is not { State: >= 1, Share: 256 }).Sum(picture => picture.Frames);
        Assert.InRange(before / (double)frameRate, 0, 0.3);
    }

    [Fact]
    public void Numbers_OfAListThatGoesOn_BeginAtItsStartAndSkipNestedItems()
    {
        var scene = new Scene { Id = "s", Kind = SceneKind.List, Title = "", Chapter = "", Ordered = true, Start = 7 };

        Assert.Equal([7, null, null, 8], ListSlide.Numbers(scene, ["a", "  b", "    c", "d"]));
    }

    [Fact]
    public void Text_OfANestedItem_IsMovedInAndNoWiderThanTheRest()
    {
        using var fonts = new SlideFonts();
        var shaper = new TextShaper(fonts, SlideTheme.Of("#3B82F6"));
        var style = new TextStyle(SKColors.White);
        var words = string.Join(' ', Enumerable.Repeat("word", 60));

        var block = TextBlock.Fit(shaper, [words, "  " + words], style, new SKSize(800, 2000), (40, 20), inset: text => text.StartsWith(' ') ? 2 : 0);

        Assert.Equal([0, 2 * block.Size], block.Paragraphs.Select(paragraph => paragraph.Inset));
        Assert.All(block.Paragraphs, paragraph => Assert.All(
            paragraph.Lines, line => Assert.InRange(shaper.Measure(line, style, block.Size), 1, 800.5f - paragraph.Inset)));
    }
}
