using VideoGen.Client.Stages;
using VideoGen.Stages.Piper;

namespace VideoGen.Stages.Tests.Piper;

/// <summary>What a voice in Piper's form lacks, or has wrong, and what the stage says of it.</summary>
public sealed class PiperFaultTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vg-piper").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task AMachineWithoutEspeakNgLacksWhatAModelOfPhonemesNeeds()
    {
        await using var production = await PiperScene.OfAsync(new TinyVoice().WriteTo(_folder), "piper:tiny");
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
        await using var production = await PiperScene.OfAsync(path, "piper:tiny");

        var failure = await Assert.ThrowsAsync<StageFailedException>(() => production.SpeakAsync("scene-001"));

        Assert.Equal(("voice.missing", true), (failure.Code, failure.IsLackOfWorker));
        Assert.Contains($"{why} {gone}.", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["piper:tiny"], await PiperScene.VoicesOfAsync(production));
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
        await using var production = await PiperScene.OfAsync(path, "piper:tiny");

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

            var failure = await Assert.ThrowsAsync<StageFailedException>(() => PiperScene.SayAsync(sessions, path, new PiperRequest([1, 0, 40, 0, 2], 1, 0)));

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
}
