using System.Collections.Immutable;
using System.Runtime.InteropServices;
using VideoGen.Client.Stages;
using VideoGen.Stages.Delivery;
using VideoGen.Stages.Tests.Media;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Tests.Delivery;

/// <summary>Sounds of scenes that were encoded by themselves are one sound.</summary>
public sealed class SoundTrackTests
{
    private const int SampleRate = 48_000;

    /// <summary>Of the tone in each scene, in seconds from its beginning.</summary>
    private const double ToneStart = 0.3;
    private const double ToneEnd = 0.8;

    /// <summary>Half a frame of sound, and what a tone is smeared at its edges.</summary>
    private const double Nearly = (512.0 / SampleRate) + 0.004;

    [Theory]
    [InlineData(24, 53, 41, 60, 77, 29)]
    [InlineData(30, 45, 45, 45, 45, 45, 45)]
    [InlineData(60, 91, 95, 97, 101, 103)]
    public async Task EachSceneIsHeardWithItsFirstPictureAndNothingIsHeardBetween(int frameRate, params int[] frameCounts)
    {
        await using var production = new Production();
        var folder = production.WorkFolder("sound");
        var materials = ImmutableArray.CreateBuilder<SceneMaterial>();
        foreach (var frames in frameCounts)
        {
            materials.Add(await ToneAsync(folder, materials.Count, materials.Sum(material => material.FrameCount), frames, frameRate));
        }

        await production.Get<SoundTrack>().JoinAsync(materials.ToImmutable(), frameRate, folder, TestContext.Current.CancellationToken);

        var samples = await SamplesAsync(folder);
        Assert.InRange(Math.Abs((samples.Length / (double)SampleRate) - (frameCounts.Sum() / (double)frameRate)), 0, Nearly);
        var begins = materials.Select(material => material.FirstFrame / (double)frameRate).ToList();
        foreach (var begin in begins)
        {
            var heard = Enumerable.Range(0, samples.Length).First(i => i / (double)SampleRate > begin && Math.Abs(samples[i]) > 3_000) / (double)SampleRate;
            Assert.InRange(Math.Abs(heard - begin - ToneStart), 0, Nearly);
        }

        for (var i = 0; i < samples.Length; i++)
        {
            var time = (i / (double)SampleRate) - begins.Last(begin => begin <= i / (double)SampleRate);
            var isNearTone = time is > ToneStart - 0.05 and < ToneEnd + 0.05;
            Assert.True(isNearTone || Math.Abs(samples[i]) <= 3, $"Sample {i} is {samples[i]}, {time} s into its scene.");
        }
    }

    [Fact]
    public async Task ASoundThatIsNoneNamesItsScene()
    {
        await using var production = new Production();
        var folder = production.WorkFolder("sound");
        var path = Path.Combine(folder, "scene.aac");
        await File.WriteAllTextAsync(path, "no sound", TestContext.Current.CancellationToken);
        var material = new SceneMaterial(Production.TextScene("scene-007", "x"), new VoiceTiming("scene-007", 1, []), "", path, null, 0, 25);

        var failure = await Assert.ThrowsAsync<StageFailedException>(
            () => production.Get<SoundTrack>().JoinAsync([material], 25, folder, TestContext.Current.CancellationToken));

        Assert.Equal("sound.incomplete", failure.Code);
        Assert.StartsWith("Joining the sound of scene-007 failed", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>A scene with a voice that is a tone, and no sound as a film has it.</summary>
    private static async Task<SceneMaterial> ToneAsync(string folder, int index, int firstFrame, int frames, int frameRate)
    {
        var scene = $"scene-{index + 1:000}";
        var voice = Path.Combine(folder, $"voice-{index}.wav");
        var tone = FormattableString.Invariant(
            $"aevalsrc=between(t\\,{ToneStart}\\,{ToneEnd})*0.5*sin(2*PI*880*t):s={SampleRate}:c=stereo:d={frames / (double)frameRate}");
        await ProgramOutput.OfAsync("ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", tone, "-c:a", "pcm_s16le", voice);
        var timing = new VoiceTiming(scene, frames / (double)frameRate, []);
        return new SceneMaterial(Production.TextScene(scene, "x"), timing, "", null, voice, firstFrame, frames);
    }

    /// <summary>The left side.</summary>
    private static async Task<short[]> SamplesAsync(string folder)
    {
        var raw = Path.Combine(folder, "heard.raw");
        await ProgramOutput.OfAsync(
            "ffmpeg", "-nostdin", "-v", "error", "-i", Path.Combine(folder, SoundTrack.FileName), "-af", "pan=mono|c0=c0", "-f", "s16le", raw);
        return MemoryMarshal.Cast<byte, short>(await File.ReadAllBytesAsync(raw, TestContext.Current.CancellationToken)).ToArray();
    }
}
