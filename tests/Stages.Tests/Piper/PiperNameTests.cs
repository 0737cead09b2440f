using System.Globalization;
using VideoGen.Client.Stages;
using VideoGen.Stages.Piper;
using VideoGen.Stages.Speech;

namespace VideoGen.Stages.Tests.Piper;

/// <summary>Which model, and which speaker of it, a name means. It means a file of the machine only where the machine itself was told so.</summary>
public sealed class PiperNameTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vg-piper").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task ATaskThatWasMadeWithAnotherModelOfTheSameNameIsForAnotherWorker()
    {
        var file = await VoiceFile.ReadAsync(new TinyVoice().WriteTo(_folder), Stop);
        Assert.Matches("^piper:tiny@[0-9a-f]{12}$", file.VoiceName);
        new TinyVoice { Gain = 0.02f }.WriteTo(_folder);
        await using var production = await PiperScene.OfAsync(file.Path, file.VoiceName);

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
        await using var production = await PiperScene.OfAsync(null, named);

        var failure = await Assert.ThrowsAsync<StageFailedException>(() => production.SpeakAsync("scene-001"));
        var unknown = await Assert.ThrowsAsync<StageFailedException>(() => production.Get<Voices>().FindAsync(named, Stop));

        Assert.Contains(failure.Code, new[] { "voice.unknown", "voice.missing" });
        Assert.Equal(failure.Message, unknown.Message);
        Assert.Empty(await PiperScene.VoicesOfAsync(production));
    }

    [Fact]
    public async Task EachSpeakerCanBeNamedByNumberAndByName()
    {
        var path = new TinyVoice { Speakers = 3, TakesSpeaker = true }.WriteTo(_folder);
        await using var production = await PiperScene.OfAsync(path, "piper:tiny#ada");
        var voices = production.Get<Voices>();

        Assert.Equal(["piper:tiny", "piper:tiny#0", "piper:tiny#1", "piper:tiny#2", "piper:tiny#ada"], await PiperScene.VoicesOfAsync(production));
        Assert.Empty((await production.SpeakAsync("scene-001")).Warnings);
        Assert.Matches("^piper:tiny@[0-9a-f]{12}#2$", (await VoiceFile.ReadAsync(path + "#2", Stop)).VoiceName);
        var failure = await Assert.ThrowsAsync<StageFailedException>(() => voices.FindAsync("piper:tiny#3", Stop));
        Assert.EndsWith("has no speaker '3'. Its speakers are 0 to 2, by name ada.", failure.Message, StringComparison.Ordinal);
        var unknown = await Assert.ThrowsAsync<StageFailedException>(() => voices.FindAsync("none", Stop));
        Assert.Contains("piper:tiny, and", unknown.Message, StringComparison.Ordinal);
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
}
