using VideoGen.Stages.Speech;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Tests.Speech;

public sealed class WordTimesTests
{
    [Fact]
    public void Read_UnknownTimes_AreThoseOfTheNeighbours()
    {
        var words = WordTimes.Read("0.165000 0.550000 Making\n0.550000 0.000000 steps\n0.900000 1.2 and\n0.000000 1.5 beds\n");

        Assert.Equal(["Making", "steps", "and", "beds"], words.Select(word => word.Text));
        Assert.Equal(0.9, words[1].End);
        Assert.Equal(1.2, words[3].Start);
    }

    [Fact]
    public void Align_WordsThatAreSaidOtherwise_HaveTheirShareOfTheTimeBetween()
    {
        TimedWord[] said = [new("it", 0, 1), new("costs", 1, 2), new("nine", 2, 3), new("pounds", 3, 4), new("ninety", 4, 5), new("now", 6, 7)];

        var timed = WordTimes.Align("It costs £9.90, now.", [.. said])!.Value;

        Assert.Equal(["It", "costs", "£9.90,", "now."], timed.Select(word => word.Text));
        Assert.Equal([0, 1, 2, 6], timed.Select(word => word.Start));
        Assert.Equal(6, timed[2].End);
        Assert.Null(WordTimes.Align("Other words", [.. said]));
    }
}
