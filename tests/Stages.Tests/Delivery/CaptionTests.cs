using System.Collections.Immutable;
using VideoGen.Stages.Captions;
using VideoGen.Stages.Delivery;
using VideoGen.Stages.Speech;
using VideoGen.Stages.Tests.Contract;
using VideoGen.Stages.Text;
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
        00:00:00,300 --> 00:00:02,920
        Hello, <⁠b>world<⁠/b> & {⁠\⁠an8}all.

        2
        00:00:03,300 --> 00:00:07,600
        A long sentence that has so many words
        """,
        string.Join('\n', CaptionFiles.ToSubRip(SceneMaterial.CaptionsOf(Materials, 25)).Split('\n').Take(7)));

    [Fact]
    public void WebVtt_OfCaptions_IsEscaped() => Assert.StartsWith(
        """
        WEBVTT

        00:00:00.300 --> 00:00:02.920
        Hello, &lt;b&gt;world&lt;/b&gt; &amp; {\an8}all.

        00:00:03.300 -->
        """,
        CaptionFiles.ToWebVtt(SceneMaterial.CaptionsOf(Materials, 25)),
        StringComparison.Ordinal);

    /// <summary>The numbers of the English template of Netflix, over documents of many kinds, spoken by a voice of 155 words a minute.</summary>
    [Theory]
    [InlineData("orleans.md", null)]
    [InlineData("readme-torture.md", null)]
    [InlineData("note.md", null)]
    [InlineData(
        "minutes.md",
        "# Minutes\n\n- Yes\n- No\n- Ada said that the north bed needs water every morning, and that somebody must do it on Sundays too"
        + "\n  - Bo agreed\n\n## End\n\nDone.")]
    [InlineData("poem.md", "# Poem\n\nThe seed is small,  \nthe bed is wide,  \nthe rain will fall,  \nthe peas will hide.")]
    [InlineData(
        "address.md",
        "# A\n\nThe file is at https://example.org/a/very/long/path/that/never/ends/2025/03/01/index.html?query=one#two and more.\n"
        + "\n- 3f2a9c0d7b6e5f4a3b2c1d0e9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e1f0a")]
    [InlineData(
        "long.md",
        "# A\n\nThe old garden behind the school, which the children had planted together with their teacher in the spring of last year when the"
        + " snow had only just melted and the ground was still hard grew so well during the long and sunny summer that the neighbours came every"
        + " evening to look at the beans.")]
    [InlineData(
        "german.md",
        "# Der Garten\n\nIm Frühling beginnen wir mit den Beeten. Zuerst lockern wir die Erde, dann säen wir die Bohnen, und am Abend kommen die"
        + " Nachbarn, um die Blumen zu sehen.")]
    [InlineData("chinese.md", "# 春天的花园\n\n春天我们先松土，然后播种豆子。每天早上浇水一次，晚上邻居们来看花，孩子们把种子放在干燥的抽屉里，等到明年春天再种。")]
    public async Task Captions_OfManyDocuments_CanBeRead(string name, string? text)
    {
        using var bench = new StageBench();
        var path = text is null ? Path.Combine(DocumentBench.SamplesFolder, name) : bench.WriteFile(name, text);
        var (scenes, _) = await bench.ParseAsync(path);
        var materials = new List<SceneMaterial>();
        var frame = 0;
        foreach (var scene in scenes.Scenes)
        {
            var at = 0.3;
            var pause = 0.0;
            var sentences = new List<TimedSentence>();
            foreach (var sentence in (await bench.WriteScriptAsync(scene.Id)).Sentences)
            {
                var spoken = Math.Max(0.25, TextWidth.Of(sentence.Speech ?? sentence.Text) / 14.5);
                sentences.Add(new TimedSentence(sentence.Text, at + pause, at + pause + spoken));
                at += pause + spoken;
                pause = PausePlan.After(sentence.Text, spoken);
            }

            var frames = (int)Math.Ceiling((at + Math.Max(0.6, pause)) * 25);
            materials.Add(Material(scene.Id, "", frame, frames, [.. sentences]));
            frame += frames;
        }

        var captions = SceneMaterial.CaptionsOf(materials, 25);

        var speeds = captions.Select(caption => caption.Lines.Sum(TextWidth.Of) / (caption.End - caption.Start).TotalSeconds).Order().ToList();
        Assert.All(captions.SelectMany(caption => caption.Lines), line => Assert.InRange(TextWidth.Of(line), 1, Caption.MaxLineWidth));
        Assert.All(captions, caption => Assert.InRange((caption.End - caption.Start).TotalSeconds, Caption.MinDuration - 0.001, Caption.MaxDuration + 0.001));
        Assert.All(speeds, speed => Assert.InRange(speed, 0, 20));
        Assert.InRange(speeds[(int)(speeds.Count * 0.95) - (speeds.Count < 20 ? 0 : 1)], 0, 17.05);
        Assert.All(
            captions.Zip(captions.Skip(1)),
            pair => Assert.InRange((pair.Second.Start - pair.First.End).TotalSeconds, (Caption.GapFrames / 25.0) - 0.001, double.MaxValue));
        Assert.All(
            captions.SelectMany(caption => caption.Lines),
            line => Assert.DoesNotMatch("(?i)(?<![\\w’'])(?:a|an|the|of|to|is|are|was|with|and|der|die|das|mit|und)$", line));
    }

    [Fact]
    public void Captions_OfAWordThatIsTimed_BeginWithIt()
    {
        const string Text = "A long sentence that has so many words in it that it can by no means stand in two lines of forty-two characters each, "
            + "and so it is split.";
        var words = Text.Split(' ').Select((word, index) => new TimedWord(word, 1 + (index * index * 0.02), 1 + ((index + 1) * (index + 1) * 0.02)));

        var captions = SceneMaterial.CaptionsOf([Material("s", "c", 0, 500, new TimedSentence(Text, 1, 19, Words: [.. words]))], 25);

        Assert.True(captions.Length > 1);
        Assert.All(captions, caption =>
            Assert.Contains(words, word => word.Text == caption.Lines[0].Split(' ')[0] && Math.Abs(word.Start - caption.Start.TotalSeconds) < 0.1));
    }

    /// <summary>What a voice cannot say takes no time, and more of it than fits into a caption is read all the same.</summary>
    [Fact]
    public void Captions_OfWordsThatAreNotSaid_HaveAllOfThem()
    {
        TimedWord[] words =
        [
            new("Before", 1, 1.5), .. Enumerable.Range(100, 40).Select(i => new TimedWord($"unsaid{i}", 1.5, 1.5)), new("after.", 1.5, 2),
        ];
        var text = string.Join(' ', words.Select(word => word.Text));

        var captions = SceneMaterial.CaptionsOf([Material("s", "c", 0, 500, new TimedSentence(text, 1, 2, Words: [.. words]))], 25);

        Assert.Equal(text, string.Join(' ', captions.SelectMany(caption => caption.Lines)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(41)]
    [InlineData(43)]
    [InlineData(500)]
    [InlineData(5_000)]
    public void Captions_OfAnyText_FitAndFollowEachOther(int length)
    {
        var text = string.Concat(Enumerable.Range(0, length).Select(i => i % 97 == 50 ? ' ' : 'x'));

        var captions = SceneMaterial.CaptionsOf([Material("s", "c", 50, 500, new TimedSentence(text, 1, 19))], 25);

        Assert.All(captions, caption => Assert.InRange(caption.Lines.Length, 1, 2));
        Assert.All(captions.SelectMany(caption => caption.Lines), line => Assert.InRange(line.Length, 1, Caption.MaxLineWidth));
        Assert.Equal(TimeSpan.FromSeconds(3), captions[0].Start);
        Assert.InRange(captions[^1].End, captions[^1].Start, TimeSpan.FromSeconds(22));
        Assert.All(captions.Zip(captions.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.Start));
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
            id, frames / 25.0, [.. sentences]), "", null, null, firstFrame, frames);
}
