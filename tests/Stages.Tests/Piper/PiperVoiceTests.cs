using System.Globalization;
using System.Runtime.InteropServices;
using VideoGen.Client.Stages;
using VideoGen.Stages.Media;
using VideoGen.Stages.Piper;
using VideoGen.Stages.Speech;
using VideoGen.Stages.Tests.Media;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Tests.Piper;

/// <summary>Voices in Piper's form, with real ONNX Runtime and real espeak-ng; the models are those that a test writes.</summary>
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

        var first = await SayAsync(sessions, path, new PiperRequest([1, 0, 40, 0, 2], 1, 0));
        var slow = await SayAsync(sessions, path, new PiperRequest([1, 0, 40, 0, 2], 1.5f, 0));
        var second = await SayAsync(sessions, path, new PiperRequest([1, 0, 40, 0, 2], 1, 1));

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
            await using var production = await SceneOf(path, string.Create(CultureInfo.InvariantCulture, $"piper:tiny{samples}"));

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
        await using var production = await SceneOf(new TinyVoice().WriteTo(_folder), "piper:tiny");

        await production.SpeakAsync("scene-001");
        await production.SpeakAsync("scene-001");

        Assert.Equal(1, production.Get<PiperSessions>().LoadCount);
    }

    /// <summary>Work is found again by its key: another model of the same name must not be taken for this one.</summary>
    [Fact]
    public async Task TheKeyOfTheWorkHoldsTheHashOfBothFiles()
    {
        var path = new TinyVoice().WriteTo(_folder);
        await using var production = await SceneOf(path, "piper:tiny");
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
    public async Task ATaskThatWasMadeWithAnotherModelOfTheSameNameIsForAnotherWorker()
    {
        var file = await VoiceFile.ReadAsync(new TinyVoice().WriteTo(_folder), Stop);
        Assert.Matches("^piper:tiny@[0-9a-f]{12}$", file.VoiceName);
        new TinyVoice { Gain = 0.02f }.WriteTo(_folder);
        await using var production = await SceneOf(file.Path, file.VoiceName);

        var failure = await Assert.ThrowsAsync<StageFailedException>(() => production.SpeakAsync("scene-001"));

        Assert.Equal(("voice.missing", true), (failure.Code, failure.IsLackOfWorker));
        Assert.Contains("is another model than the one that the task was made with", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>A task names a voice; only the configuration of a worker names files.</summary>
    [Theory]
    [InlineData("{0}")]
    [InlineData("piper:{0}")]
    [InlineData("piper:../tiny")]
    public async Task ATaskThatNamesAFileHasNothingOpened(string voice)
    {
        var path = new TinyVoice().WriteTo(_folder);
        var named = string.Format(CultureInfo.InvariantCulture, voice, path);
        await using var production = await SceneOf(null, named);

        var failure = await Assert.ThrowsAsync<StageFailedException>(() => production.SpeakAsync("scene-001"));
        var unknown = await Assert.ThrowsAsync<StageFailedException>(() => production.Get<Voices>().FindAsync(named, Stop));

        Assert.Contains(failure.Code, new[] { "voice.unknown", "voice.missing" });
        Assert.Equal(failure.Message, unknown.Message);
        Assert.Empty(await NamesAsync(production));
    }

    [Fact]
    public async Task EachSpeakerCanBeNamedByNumberAndByName()
    {
        var path = new TinyVoice { Speakers = 3, TakesSpeaker = true }.WriteTo(_folder);
        await using var production = await SceneOf(path, "piper:tiny#ada");
        var voices = production.Get<Voices>();

        Assert.Equal(["piper:tiny", "piper:tiny#0", "piper:tiny#1", "piper:tiny#2", "piper:tiny#ada"], await NamesAsync(production));
        Assert.Empty((await production.SpeakAsync("scene-001")).Warnings);
        Assert.Matches("^piper:tiny@[0-9a-f]{12}#2$", (await VoiceFile.ReadAsync(path + "#2", Stop)).VoiceName);
        var failure = await Assert.ThrowsAsync<StageFailedException>(() => voices.FindAsync("piper:tiny#3", Stop));
        Assert.EndsWith("has no speaker '3'. Its speakers are 0 to 2, by name ada.", failure.Message, StringComparison.Ordinal);
        var unknown = await Assert.ThrowsAsync<StageFailedException>(() => voices.FindAsync("none", Stop));
        Assert.Contains("piper:tiny, and", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AModelForAnotherLanguageSpeaksWithOneWarningAndLeavesOtherScriptsToEspeakNg()
    {
        await using var production = await SceneOf(new TinyVoice().WriteTo(_folder), "piper:tiny", "de", "Ein kurzer Satz.", "Первое предложение.");

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
        await using var production = await SceneOf(path, "piper:tiny", "en", "A model that reads letters knows no é\u0338.");
        production.SearchPath = production.FolderWith("ffmpeg", "ffprobe", "setsid", "setpriv");

        var warning = Assert.Single((await production.SpeakAsync("scene-001")).Warnings);

        Assert.StartsWith("scene-001: the model piper:tiny has no sound for '", warning, StringComparison.Ordinal);
        Assert.EndsWith("; words with it are said without it.", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMachineWithoutEspeakNgLacksWhatAModelOfPhonemesNeeds()
    {
        await using var production = await SceneOf(new TinyVoice().WriteTo(_folder), "piper:tiny");
        production.SearchPath = production.FolderWith("ffmpeg", "ffprobe");

        var failure = await Assert.ThrowsAsync<StageFailedException>(() => production.SpeakAsync("scene-001"));

        Assert.Equal(("voice.missing", true), (failure.Code, failure.IsLackOfWorker));
        Assert.Contains("espeak-ng is not installed", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model", "there is no file")]
    [InlineData("json", "there is no file")]
    public async Task AFileThatIsNotThereIsALackOfTheWorker(string which, string why)
    {
        var path = new TinyVoice().WriteTo(_folder);
        var gone = which == "model" ? path : path + ".json";
        File.Delete(gone);
        await using var production = await SceneOf(path, "piper:tiny");

        var failure = await Assert.ThrowsAsync<StageFailedException>(() => production.SpeakAsync("scene-001"));

        Assert.Equal(("voice.missing", true), (failure.Code, failure.IsLackOfWorker));
        Assert.Contains($"{why} {gone}.", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["piper:tiny"], await NamesAsync(production));
    }

    public static TheoryData<string, Action<string>> BadModels => new()
    {
        { "ONNX Runtime cannot read it", path => File.WriteAllText(path, "this is no model") },
        { "is empty", path => File.WriteAllText(path, "") },
        { "tiny.onnx.json does not describe a voice of Piper: it is not JSON", path => File.WriteAllText(path + ".json", "{") },
        { "does not describe a voice of Piper: it is not JSON", path => File.WriteAllText(path + ".json", new string('[', 10_000)) },
        { "bytes, and a voice of Piper has 1,048,576 there at most", path => File.WriteAllText(path + ".json", new string(' ', PiperConfig.MaxBytes + 1)) },
        { "this one takes words, input_lengths, scales", path => new TinyVoice { Input = "words" }.WriteTo(Path.GetDirectoryName(path)!) },
        { "speaks of 2 speakers, and the model takes none (sid)", path => new TinyVoice { Speakers = 2 }.WriteTo(Path.GetDirectoryName(path)!) },
        { "has the shape [1, 2, 1, ", path => new TinyVoice { Rows = 2, SamplesOfId = 800 }.WriteTo(Path.GetDirectoryName(path)!) },
        { "has samples that are no numbers", path => new TinyVoice { Gain = float.NaN }.WriteTo(Path.GetDirectoryName(path)!) },
        { "samples is expected", path => new TinyVoice { SamplesOfId = 400_000, SampleRate = 8_000 }.WriteTo(Path.GetDirectoryName(path)!) },
        { "it failed on a sentence of", path => new TinyVoice { SamplesOfId = -1 }.WriteTo(Path.GetDirectoryName(path)!) },
    };

    [Theory]
    [MemberData(nameof(BadModels), DisableDiscoveryEnumeration = true)]
    public async Task AModelThatIsNoGoodFailsWithItsFileAndTheReason(string why, Action<string> spoil)
    {
        var path = new TinyVoice().WriteTo(_folder);
        spoil(path);
        await using var production = await SceneOf(path, "piper:tiny");

        var failure = await Assert.ThrowsAsync<StageFailedException>(() => production.SpeakAsync("scene-001"));

        Assert.Equal(("voice.model", false), (failure.Code, failure.Retryable));
        Assert.StartsWith(path, failure.Message, StringComparison.Ordinal);
        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
    }

    /// <summary>The hash of a model is that of all it consists of.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AModelHasNoPartsInOtherFiles(bool isNamedWhole)
    {
        var part = Path.Combine(isNamedWhole ? _folder : Environment.CurrentDirectory, $"{Guid.NewGuid():N}.bin");
        try
        {
            File.WriteAllBytes(part, BitConverter.GetBytes(0.01f));
            var path = new TinyVoice { GainFile = isNamedWhole ? part : Path.GetFileName(part) }.WriteTo(_folder);
            using var sessions = new PiperSessions();

            var failure = await Assert.ThrowsAsync<StageFailedException>(() => SayAsync(sessions, path, new PiperRequest([1, 0, 40, 0, 2], 1, 0)));

            Assert.Equal("voice.model", failure.Code);
        }
        finally
        {
            File.Delete(part);
        }
    }

    [Fact]
    public async Task AModelThatChangesBeforeItSpeaksIsNoticed()
    {
        var models = new PiperModels([new TinyVoice().WriteTo(_folder)]);
        var (model, hash) = (await models.FindAsync(PiperId.Parse("tiny"), Stop))!.Value;
        new TinyVoice { Gain = 0.02f }.WriteTo(_folder);

        var failure = await Assert.ThrowsAsync<StageFailedException>(() => PiperModels.LoadAsync(model, hash, Stop));

        Assert.Equal(("voice.changed", true), (failure.Code, failure.Retryable));
    }

    [Theory]
    [InlineData("voice.onnx", true)]
    [InlineData("a/b.ONNX#3", true)]
    [InlineData("a#b.onnx#ada", true)]
    [InlineData("piper:en_US-lessac-medium", false)]
    [InlineData("slt", false)]
    public void AVoiceThatEndsWithOnnxIsAFile(string voice, bool isFile) => Assert.Equal(isFile, VoiceFile.IsNamedBy(voice));

    [Theory]
    [InlineData("tiny", "tiny", null, null)]
    [InlineData("en_US-x@0a1b#3", "en_US-x", "0a1b", "3")]
    [InlineData("x#a@b", "x", null, "a@b")]
    public void AnIdHasItsParts(string id, string name, string? hash, string? speaker)
    {
        Assert.Equal(new PiperId(name, hash, speaker), PiperId.Parse(id));
        Assert.Equal(id, PiperId.Parse(id).ToString());
    }

    [Fact]
    public void TheConfigurationNamesModelsThatEndWithOnnx()
    {
        Assert.Equal(["/v/a.onnx", "b.onnx"], SpeechOptions.FromEnvironment(name => name == "VIDEOGEN_PIPER_VOICES" ? "/v/a.onnx, b.onnx" : null).ModelFiles);
        var refused = Assert.Throws<ArgumentException>(
            () => SpeechOptions.FromEnvironment(name => name == "VIDEOGEN_PIPER_VOICES" ? "/v/a.onnx#3" : null));
        Assert.StartsWith("VIDEOGEN_PIPER_VOICES names '/v/a.onnx#3'", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<Production> SceneOf(string? model, string voice, string language = "en", params string[] sentences)
    {
        var production = new Production(speech: new SpeechOptions { ModelFiles = model is null ? [] : [model] });
        production.Config = production.Config with { Voice = voice, IsVoiceChosen = true, Language = language };
        await production.WithScenesAsync(Production.TextScene("scene-001", "Loud"));
        await production.WithScriptAsync("scene-001", sentences.Length > 0 ? sentences :
        [
            "A virtual actor is an object that lives somewhere in a cluster, and you call it by its name.",
            "The runtime finds it, or wakes it up on a machine of its choice, and it looks at one message at a time.",
        ]);
        return production;
    }

    private static async Task<IEnumerable<string>> NamesAsync(Production production) =>
        (await production.Get<Voices>().ListAsync(Stop)).Where(voice => voice.Engine == SpeechEngine.Piper).Select(voice => voice.Name);

    private static async Task<float[]> SayAsync(PiperSessions sessions, string path, PiperRequest request)
    {
        var (model, hash) = (await new PiperModels([path]).FindAsync(PiperId.Parse("tiny"), Stop))!.Value;
        return await sessions.SpeakAsync(model, hash, request, Stop);
    }
}
