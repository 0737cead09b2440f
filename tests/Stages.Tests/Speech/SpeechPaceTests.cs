using VideoGen.Stages.Speech;
using VideoGen.Stages.Tests.Media;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Tests.Speech;

public sealed class SpeechPaceTests
{
    private const string Short = "There is no heading here. The name of the file has to do, and the film should begin with it all the same.";

    [Theory]
    [InlineData(Short, 0.78)]
    [InlineData("Every garden needs water before seven in the morning.", 1)]
    [InlineData("Comprehensive synchronization mechanisms experience interruptions.", 1)]
    [InlineData("It is 1200 at 17 of them.", 1)]
    [InlineData("A worker holds its stage under a lease, for its token is old.", 0.83)]
    [InlineData("Go on.", 1)]
    [InlineData("", 1)]
    public void ShortWordsAreSaidSlowerThanLongOnes(string text, double share) => Assert.Equal(share, SpeechPace.Of([text]), 3);

    [Fact]
    public async Task ASceneOfShortWordsIsSpokenAtAPaceThatListenersFollow()
    {
        await using var production = new Production();
        production.Config = production.Config with { Voice = "slt-hts" };
        await production.WithScenesAsync(Production.TextScene("scene-001", "Short"));
        await production.WithScriptAsync("scene-001", Short.Split(". ")[0] + ".", Short.Split(". ")[1]);

        var timing = production.TimingOf(await production.SpeakAsync("scene-001"));

        // Without the pause behind a comma that the voice makes within a sentence, it is about a tenth more.
        Assert.InRange(23 / timing.Sentences.Sum(sentence => sentence.End - sentence.Start) * 60, 125, 165);
    }
}
