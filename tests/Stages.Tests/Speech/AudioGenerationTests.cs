using System.Globalization;
using System.Text.RegularExpressions;
using VideoGen.Client.Stages;
using VideoGen.Stages.Speech;
using VideoGen.Stages.Tests.Media;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Tests.Speech;

public sealed partial class AudioGenerationTests
{
    [Theory]
    [InlineData("slt")]
    [InlineData("kal16")]
    [InlineData("espeak:en-gb")]
    [InlineData("slt-hts")]
    public async Task AVoiceIsAsLoudAsPromisedAndItsSentencesAreWhereTheTimingSays(string voice)
    {
        await using var production = new Production();
        production.Config = production.Config with { Voice = voice };
        await production.WithScenesAsync(Production.TextScene("scene-001", "Loud"));
        await production.WithScriptAsync(
            "scene-001", "A grain handles one message at a time.", "That is why there are no locks in its code.", "Everything else follows from this.");

        var result = await production.SpeakAsync("scene-001");

        Assert.Empty(result.Warnings);
        var timing = production.TimingOf(result);
        var path = production.PathOf(result, ArtifactNames.Voice);
        Assert.Equal(["pcm_s16le", "48000", "2"], await ProgramOutput.ProbeAsync(path, "stream=codec_name,sample_rate,channels"));
        Assert.Equal(timing.Duration, double.Parse((await ProgramOutput.ProbeAsync(path, "format=duration")).Single(), CultureInfo.InvariantCulture), 5);
        Assert.Equal(3, timing.Sentences.Length);
        Assert.Equal(0.3, timing.Sentences[0].Start, 4);
        Assert.All(timing.Sentences.Zip(timing.Sentences.Skip(1)), pair => Assert.InRange(pair.Second.Start - pair.First.End, 0.4, 1));
        Assert.Equal(timing.Duration, timing.Sentences[^1].End + 0.6, 4);
        Assert.DoesNotContain(timing.Sentences, sentence => sentence.Silent);

        var measured = await ProgramOutput.OfAsync("ffmpeg", "-nostdin", "-hide_banner", "-i", path, "-af", "ebur128=peak=true", "-f", "null", "-");
        Assert.InRange(Measured(IntegratedLoudness(), measured), -17, -15);
        Assert.InRange(Measured(TruePeak(), measured), -12, -1);
    }

    [Theory]
    [InlineData("Loud", 0.6)]
    [InlineData("Quiet", 1)]
    public async Task BeforeANewChapterTheVoiceTakesALongerBreath(string nextChapter, double tail)
    {
        await using var production = new Production();
        production.Config = production.Config with { Voice = "espeak:en-gb" };
        await production.WithScenesAsync(
            Production.TextScene("scene-001", "Loud"), Production.TextScene("scene-002", "Next") with { Chapter = nextChapter });
        await production.WithScriptAsync("scene-001", "A grain handles one message at a time, and that is why there are no locks in its code.");

        var timing = production.TimingOf(await production.SpeakAsync("scene-001"));

        Assert.Equal(tail, timing.Duration - timing.Sentences[^1].End, 3);
    }

    [Fact]
    public async Task ASceneWithoutScriptIsSpokenPlainlyWithAWarning()
    {
        await using var production = await new Production().WithScenesAsync(Production.TextScene("scene-001", "The title", "One line."));

        var result = await production.SpeakAsync("scene-001");

        Assert.Equal(["The title", "One line."], production.TimingOf(result).Sentences.Select(sentence => sentence.Text));
        Assert.Contains("scene-001 has no script", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatNobodyCanSpeakIsSilentForAsLongAsReadingTakesWithOneWarning()
    {
        await using var production = await new Production().WithScenesAsync(Production.TextScene("scene-001", "Привет"));
        production.SearchPath = production.FolderWith("ffmpeg", "ffprobe");
        await production.WithScriptAsync("scene-001", "Первое предложение без голоса.", "Второе предложение без голоса.", "And one in English.");

        var result = await production.SpeakAsync("scene-001");

        var timing = production.TimingOf(result);
        Assert.Equal([true, true, false], timing.Sentences.Select(sentence => sentence.Silent));
        Assert.Equal(2, timing.Sentences[0].End - timing.Sentences[0].Start, 2);
        var warning = Assert.Single(result.Warnings);
        Assert.Contains("scene-001", warning, StringComparison.Ordinal);
        Assert.Contains("Cyrillic", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FestivalReadsATextAndNeverRunsIt()
    {
        await using var production = new Production();
        production.Config = production.Config with { Voice = Voice.Hts };
        await production.WithScenesAsync(Production.TextScene("scene-001", "Voice"));
        await production.WithScriptAsync(
            "scene-001",
            "A virtual actor is an object that lives somewhere in a cluster, and you call it by its name.",
            "The runtime finds it, or wakes it up on a machine of its choice, and it looks at one message at a time.",
            "A text with (system \"touch hacked\") and \\ and \" is read.");

        var timing = production.TimingOf(await production.SpeakAsync("scene-001"));

        Assert.Empty(Directory.EnumerateFiles(Path.GetDirectoryName(production.WorkFolder("any"))!, "hacked", SearchOption.AllDirectories));
        var spoken = timing.Sentences.Take(2).ToList();
        Assert.InRange(spoken.Sum(sentence => sentence.Text.Split(' ').Length) * 60 / spoken.Sum(sentence => sentence.End - sentence.Start), 140, 175);
        Assert.All(spoken, sentence => Assert.Equal(sentence.Text.Split(' '), sentence.Words!.Value.Select(word => word.Text)));
        Assert.All(spoken, sentence => Assert.InRange(sentence.Words!.Value[0].Start, sentence.Start, sentence.Start + 0.1));
        Assert.All(spoken, sentence => Assert.All(
            sentence.Words!.Value.Zip(sentence.Words!.Value.Skip(1)), pair => Assert.True(pair.First.Start <= pair.Second.Start)));
    }

    [Theory]
    [InlineData("ja", "庭に三つの花壇があります。", true)]
    [InlineData("ja", "これはひらがなです。", false)]
    [InlineData("zh", "今天的天气很好。", false)]
    public async Task AVoiceThatCannotReadItsScriptIsSilent(string language, string text, bool isSilent)
    {
        await using var production = new Production();
        production.Config = production.Config with { Language = language };
        await production.WithScenesAsync(Production.TextScene("scene-001", "今"));
        await production.WithScriptAsync("scene-001", text);

        var result = await production.SpeakAsync("scene-001");

        Assert.Equal(isSilent, production.TimingOf(result).Sentences[0].Silent);
        Assert.Equal(isSilent ? 1 : 0, result.Warnings.Count(warning => warning.Contains("can't read", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task EspeakStandsInForAScriptThatTheVoiceCantRead()
    {
        await using var production = await new Production().WithScenesAsync(Production.TextScene("scene-001", "Привет"));
        await production.WithScriptAsync("scene-001", "Это предложение говорит другой голос.");

        var result = await production.SpeakAsync("scene-001");

        Assert.Empty(result.Warnings);
        Assert.False(Assert.Single(production.TimingOf(result).Sentences).Silent);
    }

    [Fact]
    public async Task AShortSceneLastsTwoAndAHalfSeconds()
    {
        await using var production = await new Production().WithScenesAsync(Production.TextScene("scene-001", "x"));
        await production.WithScriptAsync("scene-001", "Yes.");

        Assert.Equal(2.5, production.TimingOf(await production.SpeakAsync("scene-001")).Duration, 4);
    }

    [Fact]
    public async Task ASceneWithoutSentencesIsSilent()
    {
        await using var production = await new Production().WithScenesAsync(Production.TextScene("scene-001", "x"));
        await production.WithScriptAsync("scene-001");

        var timing = production.TimingOf(await production.SpeakAsync("scene-001"));

        Assert.Empty(timing.Sentences);
        Assert.Equal(2.5, timing.Duration, 4);
    }

    [Fact]
    public async Task AnUnknownVoiceIsRefusedWithTheListOfThoseThatThereAre()
    {
        await using var production = new Production();

        var failure = await Assert.ThrowsAsync<StageFailedException>(
            () => production.Get<Voices>().FindAsync("sl\u001b[31mt", TestContext.Current.CancellationToken));

        Assert.Equal(("voice.unknown", false), (failure.Code, failure.IsLackOfWorker));
        Assert.StartsWith("There is no voice 'sl[31mt'. The voices are slt-hts, rms, slt, awb, kal, kal16", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("espeak:de", "espeak-ng is not installed. Install the package espeak-ng")]
    [InlineData("openai:alloy", "no speech service is configured. Set VIDEOGEN_SPEECH_ENDPOINT")]
    public async Task AVoiceWhoseEngineThisMachineLacksIsLeftToAnotherOne(string voice, string lack)
    {
        await using var production = new Production();
        production.Config = production.Config with { Voice = voice };
        await production.WithScenesAsync(Production.TextScene("scene-001", "x", "Some words."));
        production.SearchPath = production.FolderWith("ffmpeg", "ffprobe");

        var failure = await Assert.ThrowsAsync<StageFailedException>(() => production.SpeakAsync("scene-001"));

        Assert.Equal(("voice.missing", true), (failure.Code, failure.IsLackOfWorker));
        Assert.StartsWith($"The voice '{voice}' cannot speak on this machine: {lack}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task VoicesThatCouldNotBeListedOnceAreListedTheNextTime()
    {
        await using var production = new Production();
        var bin = production.WorkFolder("bin");
        var broken = Path.Combine(bin, "broken");
        await File.WriteAllTextAsync(broken, "", TestContext.Current.CancellationToken);
        var listing = "Pty Language Age/Gender VoiceName File\n 5  de  --/M  German  gmw/de\n";
        production.SearchPath = new FakeTool(bin, "espeak-ng", $"[ ! -e {FakeTool.Quote(broken)} ] || exit 1; printf {FakeTool.Quote(listing)}").SearchPath;
        var voices = production.Get<Voices>();
        var failure = await Assert.ThrowsAsync<StageFailedException>(() => voices.FindAsync("espeak:de", TestContext.Current.CancellationToken));
        Assert.Equal("espeak-ng.failed", failure.Code);

        File.Delete(broken);

        Assert.Equal("espeak:de", (await voices.FindAsync("espeak:de", TestContext.Current.CancellationToken)).Name);
    }

    [Fact]
    public async Task WithoutFfmpegTheErrorSaysWhatToInstall()
    {
        await using var production = await new Production().WithScenesAsync(Production.TextScene("scene-001", "x", "Some words."));
        production.SearchPath = production.FolderWith();

        var failure = await Assert.ThrowsAsync<StageFailedException>(() => production.SpeakAsync("scene-001"));

        Assert.Equal("ffmpeg.missing", failure.Code);
    }

    private static double Measured(Regex pattern, string output) => double.Parse(pattern.Matches(output)[^1].Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"I:\s+(-?[\d.]+) LUFS")]
    private static partial Regex IntegratedLoudness();

    [GeneratedRegex(@"Peak:\s+(-?[\d.]+) dBFS")]
    private static partial Regex TruePeak();
}
