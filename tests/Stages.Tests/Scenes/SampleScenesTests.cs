using System.Text;
using VideoGen.Stages.Tests.Contract;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Tests.Scenes;

public sealed class SampleScenesTests : IDisposable
{
    private readonly StageBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("orleans")]
    [InlineData("note")]
    [InlineData("readme-torture")]
    public async Task TheScenesAndTheWordsOfASampleAreThoseThatWereApproved(string sample)
    {
        var (scenes, result) = await _bench.ParseAsync(Path.Combine(DocumentBench.SamplesFolder, sample + ".md"));

        Approved.Check(_bench.ReadText(result, ArtifactNames.Scenes), $"{sample}.scenes.json");
        Approved.Check(string.Join('\n', result.Warnings), $"{sample}.warnings.txt");
        var words = new StringBuilder();
        foreach (var scene in scenes.Scenes)
        {
            words.AppendLine(null, $"{scene.Id} {scene.Kind}: {scene.Title}");
            foreach (var sentence in (await _bench.WriteScriptAsync(scene.Id)).Sentences)
            {
                words.AppendLine(null, $"    {sentence.Text}");
                if (sentence.Speech is not null)
                {
                    words.AppendLine(null, $"  = {sentence.Speech}");
                }
            }
        }

        Approved.Check(words.ToString(), $"{sample}.words.txt");
    }
}
