using System.Globalization;
using System.Runtime.InteropServices;
using VideoGen.Stages.Media;
using VideoGen.Stages.Piper;
using VideoGen.Stages.Speech;
using VideoGen.Stages.Tests.Media;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Tests.Piper;

/// <summary>How voices in Piper's form speak, with real ONNX Runtime and real espeak-ng; the models are those that a test writes.</summary>
public sealed class PiperVoiceTests : IDisposable
{
    private const string Stage = $"{DocumentVideoPipeline.AudioGeneration}:scene-001";

    private readonly string _folder = Directory.CreateTempSubdirectory("vg-piper").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task AnIdSoundsForTheLengthScaleAndASpeakerHasAVoiceOfTheirOwn()
    {
        var path = new TinyVoice { Speakers = 2, TakesSpeaker = true, SamplesOfId = 100 }.WriteTo(_folder);
        using var sessions = new PiperSessions();

        var first = await PiperScene.SayAsync(sessions, path, new PiperRequest([1, 0, 40, 0, 2], 1, 0));
        var slow = await PiperScene.SayAsync(sessions, path, new PiperRequest([1, 0, 40, 0, 2], 1.5f, 0));
        var second = await PiperScene.SayAsync(sessions, path, new PiperRequest([1, 0, 40, 0, 2], 1, 1));

        Assert.Equal((500, 750, 500), (first.Length, slow.Length, second.Length));
        Assert.All(first[100..200], sample => Assert.Equal(0, sample));
        Assert.Equal(Math.Sin(0.09 * 250) * 40 * 0.01, first[250], 4);
        Assert.Equal(Math.Sin(0.18 * 250) * 40 * 0.01, second[250], 4);
        Assert.Equal(1, sessions.LoadCount);
    }

    [Fact]
    public async Task TheIdsOfASentenceAreThoseOfThePhonemesThatEspeakNgSays()
    {
        // A sound of 100 samples for each id, as loud as the id is high: what the model was given can be read off the file.
        var path = new TinyVoice { SamplesOfId = 100, Gain = 1 / 256f }.WriteTo(_folder);
        using var sessions = new PiperSessions();
        var speaker = new PiperSpeaker(new PiperModels([path]), sessions, new MediaToolRunner(new MediaOptions(), TimeProvider.System));
        var utterance = new Utterance(0, "Hi, naïve", new Voice(SpeechEngine.Piper, "tiny"));

        Assert.Empty(await speaker.SpeakAsync([utterance], _folder, Stop));

        var wave = (await File.ReadAllBytesAsync(Path.Combine(_folder, utterance.WaveFile), Stop))[44..];
        var ids = MemoryMarshal.Cast<byte, float>(wave).ToArray().Chunk(100).Select(samples => (int)Math.Round(samples.Max(Math.Abs) * 256));
        Assert.Equal("^_h_ˈ_a_ɪ_,_ _n_a_ɪ_ˈ_i_ː_v_._$", string.Concat(ids.Select(id => TinyVoice.Signs[id])));
    }

    [Fact]
    public async Task AVoiceSpeaksASceneAtAbout152WordsAMinuteWhateverItsOwnPace()
    {
        foreach (var samples in new[] { 500f, 900f })
        {
            var path = new TinyVoice { SamplesOfId = samples }.WriteTo(_folder, $"tiny{samples}");
            await using var production = await PiperScene.OfAsync(path, string.Create(CultureInfo.InvariantCulture, $"piper:tiny{samples}"));

            var result = await production.SpeakAsync("scene-001");

            Assert.Empty(result.Warnings);
            var timing = production.TimingOf(result);
            var words = timing.Sentences.Sum(sentence => sentence.Text.Split(' ').Length);
            Assert.InRange(words * 60 / timing.Sentences.Sum(sentence => sentence.End - sentence.Start), 140, 168);
            Assert.All(timing.Sentences, sentence => Assert.Null(sentence.Words));
            Assert.All(timing.Sentences.Zip(timing.Sentences.Skip(1)), pair => Assert.InRange(pair.Second.Start - pair.First.End, 0.4, 1));
            Assert.Equal(
                ["pcm_s16le", "48000", "2"],
                await ProgramOutput.ProbeAsync(production.PathOf(result, ArtifactNames.Voice), "stream=codec_name,sample_rate,channels"));
        }
    }

    [Theory]
    [InlineData(60, 5.7, 1)]
    [InlineData(60, 4, 1.43)]
    [InlineData(60, 1, 1.8)]
    [InlineData(60, 8, 0.71)]
    [InlineData(60, 60, 0.7)]
    [InlineData(5, 1, 1)]
    public void TheLengthScaleMakesUpForAVoicesOwnPace(int sounds, double seconds, double scale) =>
        Assert.Equal(scale, PiperPace.LengthScale(1, sounds, seconds, 1), 2);

    [Fact]
    public async Task AModelIsReadIntoMemoryOnceForAllScenes()
    {
        await using var production = await PiperScene.OfAsync(new TinyVoice().WriteTo(_folder), "piper:tiny");

        await production.SpeakAsync("scene-001");
        await production.SpeakAsync("scene-001");

        Assert.Equal(1, production.Get<PiperSessions>().LoadCount);
    }

    /// <summary>Work is found again by its key: another model of the same name must not be taken for this one.</summary>
    [Fact]
    public async Task TheKeyOfTheWorkHoldsTheHashOfBothFiles()
    {
        var path = new TinyVoice().WriteTo(_folder);
        await using var production = await PiperScene.OfAsync(path, "piper:tiny");
        var key = await production.KeyOfAsync(Stage);
        Assert.Equal(key, await production.KeyOfAsync(Stage));

        new TinyVoice { Gain = 0.02f }.WriteTo(_folder);
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddSeconds(5));
        var ofOtherModel = await production.KeyOfAsync(Stage);
        File.WriteAllText(path + ".json", new TinyVoice { Change = json => json["inference"]!["noise_w"] = 0.5 }.Config());
        File.SetLastWriteTimeUtc(path + ".json", DateTime.UtcNow.AddSeconds(5));
        var ofOtherConfig = await production.KeyOfAsync(Stage);

        Assert.Equal(3, new[] { key, ofOtherModel, ofOtherConfig }.Distinct().Count());
    }

    [Fact]
    public async Task AModelForAnotherLanguageSpeaksWithOneWarningAndLeavesOtherScriptsToEspeakNg()
    {
        await using var production = await PiperScene.OfAsync(new TinyVoice().WriteTo(_folder), "piper:tiny", "de", "Ein kurzer Satz.", "Первое предложение.");

        var warnings = (await production.SpeakAsync("scene-001")).Warnings;

        Assert.Equal(2, warnings.Length);
        Assert.StartsWith("The document is in de, and the model piper:tiny was trained for en-us, so it reads", warnings[0], StringComparison.Ordinal);
        Assert.Equal(
            "scene-001 has text in a script that the model piper:tiny (en-us) was not trained to read; espeak:ru speaks it.", warnings[1]);
    }

    [Fact]
    public async Task AModelOfLettersNeedsNoEspeakNgAndSaysWhichLettersItLacks()
    {
        var path = new TinyVoice { Change = json => json["phoneme_type"] = "text" }.WriteTo(_folder);
        await using var production = await PiperScene.OfAsync(path, "piper:tiny", "en", "A model that reads letters knows no é\u0338.");
        production.SearchPath = production.FolderWith("ffmpeg", "ffprobe", "setsid", "setpriv");

        var warning = Assert.Single((await production.SpeakAsync("scene-001")).Warnings);

        Assert.StartsWith("scene-001: the model piper:tiny has no sound for '", warning, StringComparison.Ordinal);
        Assert.EndsWith("; words with it are said without it.", warning, StringComparison.Ordinal);
    }
}
