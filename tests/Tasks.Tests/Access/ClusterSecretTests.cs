using VideoGen.Tasks.Access;

namespace VideoGen.Tasks.Tests.Access;

public sealed class ClusterSecretTests
{
    private const string First = "the first secret of the cluster";

    private static readonly string Secret = First.Replace(' ', '-');

    [Fact]
    public void ARolesSecret_LetsInAsThatRoleAndAsNoOther()
    {
        var whole = Parse(Secret);
        var worker = Parse(whole.TextFor(Role.Worker));

        Assert.Null(whole.Role);
        Assert.Equal(Role.Worker, worker.Role);
        Assert.Equal(whole.KeysOf(Role.Worker), worker.KeysOf(Role.Worker));
        foreach (var other in new[] { Role.Viewer, Role.Operator, Role.Admin })
        {
            Assert.Empty(worker.KeysOf(other));
            Assert.NotEqual(whole.KeysOf(Role.Worker), whole.KeysOf(other));
        }

        Assert.Empty(worker.DeriveAll("silo"));
        Assert.DoesNotContain(Secret, whole.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void WhileASecretIsChanged_BothAreGoodAndTheNewOneIsUsed()
    {
        var former = Parse(Secret);
        var both = Parse($"another-secret-of-the-cluster\n{Secret}\n");

        Assert.Equal(2, both.KeysOf(Role.Admin).Count());
        Assert.Equal(former.KeysOf(Role.Admin).Single(), both.KeysOf(Role.Admin).Last());
        Assert.Equal(both.TextFor(Role.Worker), Parse("another-secret-of-the-cluster").TextFor(Role.Worker));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("a-secret-that-is-long-enough short")]
    [InlineData("vgs_worker_AAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("vgs_boss_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("vgs_worker_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA a-secret-that-is-long-enough")]
    public void TextThatIsNoSecret_IsRefusedWithoutBeingRepeated(string? text)
    {
        Assert.False(ClusterSecret.TryParse(text, out _, out var problem));
        Assert.False(text?.Length > 0 && problem!.Contains(text, StringComparison.Ordinal));
    }

    [Fact]
    public void ANewSecret_IsOneAndNeverTheSame()
    {
        Assert.Null(Parse(ClusterSecret.Create()).Role);
        Assert.NotEqual(ClusterSecret.Create(), ClusterSecret.Create());
    }

    private static ClusterSecret Parse(string text)
    {
        Assert.True(ClusterSecret.TryParse(text, out var secret, out var problem), problem);
        return secret!;
    }
}
