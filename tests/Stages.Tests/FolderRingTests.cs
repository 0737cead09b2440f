using VideoGen.Tests.Shared;

namespace VideoGen.Stages.Tests;

public sealed class FolderRingTests
{
    [Fact]
    public void NoFolderOfTheStagesUsesOneThatUsesIt()
    {
        var uses = FolderRings.UsesOf(typeof(StagesServiceCollectionExtensions).Assembly);

        Assert.Contains(("VideoGen.Stages.Slides", "VideoGen.Stages.Media"), uses.Keys);
        Assert.Empty(FolderRings.Among(uses));
    }

    [Fact]
    public void Among_ARingAroundACorner_IsTheUsesOfTheRingOnly()
    {
        var uses = new Dictionary<(string From, string To), string> { [("a", "b")] = "1", [("b", "c")] = "2", [("c", "a")] = "3", [("c", "d")] = "4" };

        Assert.Equal(["1, and b leads back to a", "2, and c leads back to b", "3, and a leads back to c"], FolderRings.Among(uses));
    }
}
