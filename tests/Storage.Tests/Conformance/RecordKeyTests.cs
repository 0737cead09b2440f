using VideoGen.Storage.Records;
using VideoGen.Storage.Tests.Running;

namespace VideoGen.Storage.Tests.Conformance;

public sealed class RecordKeyTests
{
    /// <summary>Every record of every store stands under this text: another one would lose them all.</summary>
    [Fact]
    public void TasksAreStoredUnderTheKindThatTheyAlwaysWere()
    {
        Assert.Equal("taskstate/task", RecordKey.TaskKind);
        Assert.True(RecordKey.Of(Samples.StateName, Samples.GrainOf("demo")).IsTask);
    }
}
