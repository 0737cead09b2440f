using System.Collections.Immutable;
using VideoGen.Stages.Delivery;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Tests.Delivery;

public sealed class CaptionTests
{
    private static readonly ImmutableArray<SceneMaterial> Materials =
    [
        Material("scene-001", "Intro", 0, 75, new TimedSentence("Hello, <b>world</b> & {\\an8}all.", 0.3, 1.9)),
        Material(
            "scene-002",
            "Intro",
            75,
            250,
            new TimedSentence(
                "A long sentence that has so many words in it that it can by no means stand in two lines of forty-two characters each, and so it is split.",
                0.3,
                8.3)),
        Material("scene-003", "", 325, 100, new TimedSentence("这是一个没有空格的很长的句子所以它必须在某个地方断开成为两行", 0.3, 3.1)),
    ];

    [Fact]
    public void SubRip_OfCaptions_IsPinned() => Assert.Equal(
        """
        1
        00:00:00,300 --> 00:00:01,900
        Hello, <⁠b>world<⁠/b> & {⁠\⁠an8}all.

        2
        00:00:03,300 --> 00:00:08,076
        A long sentence that has so many words in
        it that it can by no means stand in two

        3
        00:00:08,076 --> 00:00:11,300
        lines of forty-two characters each, and so
        it is split.

        4
        00:00:13,300 --> 00:00:16,100
        这是一个没有空格的很长的句子所以它必须在某
        个地方断开成为两行


        """,
        CaptionFiles.ToSubRip(Caption.Of(Materials, 25)));

    [Fact]
    public void WebVtt_OfCaptions_IsEscaped() => Assert.StartsWith(
        """
        WEBVTT

        00:00:00.300 --> 00:00:01.900
        Hello, &lt;b&gt;world&lt;/b&gt; &amp; {\an8}all.

        00:00:03.300 --> 00:00:08.076
        """,
        CaptionFiles.ToWebVtt(Caption.Of(Materials, 25)),
        StringComparison.Ordinal);

    [Theory]
    [InlineData(1)]
    [InlineData(41)]
    [InlineData(43)]
    [InlineData(500)]
    [InlineData(5_000)]
    public void Captions_OfAnyText_FitAndFollowEachOther(int length)
    {
        var text = string.Concat(Enumerable.Range(0, length).Select(i => i % 97 == 50 ? ' ' : 'x'));

        var captions = Caption.Of([Material("s", "c", 50, 500, new TimedSentence(text, 1, 19))], 25);

        Assert.All(captions, caption => Assert.InRange(caption.Lines.Length, 1, 2));
        Assert.All(captions.SelectMany(caption => caption.Lines), line => Assert.InRange(line.Length, 1, Caption.MaxLineWidth));
        Assert.Equal(TimeSpan.FromSeconds(3), captions[0].Start);
        Assert.Equal(TimeSpan.FromSeconds(21), captions[^1].End);
        Assert.All(captions.Zip(captions.Skip(1)), pair => Assert.Equal(pair.First.End, pair.Second.Start));
        Assert.Equal(
            text.Replace(" ", "", StringComparison.Ordinal),
            string.Concat(captions.SelectMany(caption => caption.Lines)).Replace(" ", "", StringComparison.Ordinal));
    }

    [Fact]
    public void Chapters_OfScenes_AreOneForEachHeading() => Assert.Equal(
        [new Chapter("Intro", 0, 325), new Chapter("The video", 325, 425)], Chapter.Of(Materials, "The video", frameRate: 1));

    [Theory]
    [InlineData("300 300 300", "0-300 300-600 600-900")]
    [InlineData("299 300 300", "0-599 599-899")]
    [InlineData("300 299 300", "0-599 599-899")]
    [InlineData("300 300 10", "0-300 300-610")]
    [InlineData("10 10 10", "0-30")]
    public void Chapters_OfLessThanTenSeconds_ArePartOfAnother(string frames, string expected)
    {
        var first = 0;
        var materials = frames.Split(' ').Select(int.Parse).Select((count, i) => Material("s", $"c{i}", (first += count) - count, count)).ToImmutableArray();

        Assert.Equal(expected, string.Join(' ', Chapter.Of(materials, "t", 30).Select(chapter => $"{chapter.FirstFrame}-{chapter.EndFrame}")));
    }

    [Fact]
    public void Metadata_OfAnyTitle_IsEscaped() => Assert.Equal(
        ";FFMETADATA1\ntitle=a\\=b\\;c\\#d\\\\e [CHAPTER] f\n[CHAPTER]\nTIMEBASE=1/25\nSTART=0\nEND=5\ntitle=x\n",
        VideoMetadata.ToFile(
            new VideoConfig
            {
                Title = "a=b;c#d\\e\n[CHAPTER]\nf",
                AccentColor = "#000000",
                Voice = "slt",
                Language = "en",
                Width = 320,
                Height = 240,
                FrameRate = 25,
            },
            [new Chapter("x", 0, 5)]));

    private static SceneMaterial Material(string id, string chapter, int firstFrame, int frames, params TimedSentence[] sentences) => new(
        new Scene { Id = id, Kind = SceneKind.Text, Title = id, Chapter = chapter }, new VoiceTiming(
            id, frames / 25.0, [.. sentences]), "", "", firstFrame, frames);
}
