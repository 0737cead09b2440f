using System.Text.Json;
using VideoGen.Stages.Narration;
using VideoGen.Stages.Scenes;
using VideoGen.Stages.Tests.Media;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Tests.Narration;

public sealed class NarrationLengthTests
{
    private static readonly Scene Scene = Production.TextScene("scene-001", "Rivers");

    [Theory]
    [InlineData(90, 0)]
    [InlineData(91, 3)]
    public void SentencesBeyondWhatASceneMayTake_AreCounted(int width, int left)
    {
        // Ten sentences take all of the width at 90 letters each; of what comes after, the dots are no sentence.
        var sentences = Enumerable.Range(0, 10).Select(i => new string((char)('a' + i), width - 1) + ".");
        string[] rest = left == 0 ? [] : ["The sea.", "…", "The end."];

        var script = ScriptWriter.Write(Scene, [.. sentences, .. rest], isEnglish: false, pronounce: null, out var count);

        Assert.Equal(left, count);
        Assert.Equal(left == 0 ? 10 : 9, script.Sentences.Length);
    }

    [Fact]
    public async Task WhatIsNotSaid_IsAWarningThatNamesTheScene()
    {
        var sentence = "This river runs from the hills in the north to the sea in the south, and takes nine days for it.";
        await using var production = await new Production().WithScenesAsync(
            Scene with { Lines = [.. Enumerable.Repeat(sentence, 12)] }, Production.TextScene("scene-002", "Lakes", sentence));

        var cut = await production.RunAsync("script_generation:scene-001", TestContext.Current.CancellationToken);
        var whole = await production.RunAsync("script_generation:scene-002", TestContext.Current.CancellationToken);

        var json = await File.ReadAllTextAsync(production.PathOf(cut, ArtifactNames.Script), TestContext.Current.CancellationToken);
        var script = JsonSerializer.Deserialize(json, VideoJson.SceneScript)!;
        var said = script.Sentences.Count(one => one.Text == sentence);
        Assert.InRange(said, 8, 9);
        var warning = Assert.Single(cut.Warnings);
        Assert.Contains($"scene-001, \"Rivers\", would take more than a minute: {12 - said} of its sentences are not said", warning, StringComparison.Ordinal);
        Assert.Empty(whole.Warnings);
    }
}
