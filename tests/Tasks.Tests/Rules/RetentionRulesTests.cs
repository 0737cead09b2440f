using VideoGen.Tasks.Scheduling;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Tests.Rules;

public sealed class RetentionRulesTests
{
    [Theory]
    [InlineData("30", 30, 30, 30)]
    [InlineData("0", 0, 0, 0)]
    [InlineData("48h", 2, 2, 2)]
    [InlineData("completed=30d,failed=90d", 30, 90, null)]
    [InlineData("cancelled=7", null, null, 7)]
    public void Rules_AreRead(string text, int? completed, int? failed, int? cancelled)
    {
        Assert.True(RetentionRules.TryParse(text, out var rules, out _));
        Assert.Equal(Days(completed), rules.For(RunStatus.Completed));
        Assert.Equal(Days(failed), rules.For(RunStatus.Failed));
        Assert.Equal(Days(cancelled), rules.For(RunStatus.Cancelled));
    }

    [Theory]
    [InlineData("")]
    [InlineData("d")]
    [InlineData("-1")]
    [InlineData("running=3d")]
    [InlineData("completed=3d,completed=4d")]
    [InlineData("completed=3d,5d")]
    [InlineData("completed=3w")]
    [InlineData("999999999d")]
    public void Rules_ThatSayNothingClear_AreRefusedInOneSentence(string text)
    {
        Assert.False(RetentionRules.TryParse(text, out _, out var problem));
        Assert.Contains("write 30d, or completed=30d", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RunStatus.Pending)]
    [InlineData(RunStatus.Running)]
    [InlineData(RunStatus.Paused)]
    public void UnfinishedTask_IsKeptForEver(RunStatus status) => Assert.Null(RetentionRules.All(TimeSpan.Zero).For(status));

    private static TimeSpan? Days(int? days) => days is { } count ? TimeSpan.FromDays(count) : null;
}
