using VideoGen.Tasks.Access;

namespace VideoGen.Tasks.Tests.Access;

public sealed class KeyTextTests
{
    /// <summary>Its checksum was computed by another program: CRC-32 as zlib has it, in base62 with digits before capitals before small letters.</summary>
    private const string Known = "vg_operator_00000000000000000000000000000000000000000011QyrpP";

    [Theory]
    [InlineData(Role.Viewer, "vg_viewer_")]
    [InlineData(Role.Operator, "vg_operator_")]
    [InlineData(Role.Worker, "vg_worker_")]
    [InlineData(Role.Admin, "vg_admin_")]
    public void ANewKey_TellsItsRoleAndIsNeverTheSame(Role role, string prefix)
    {
        var key = KeyText.Create(role);

        Assert.StartsWith(prefix, key, StringComparison.Ordinal);
        Assert.True(KeyText.TryParse(key, out var read));
        Assert.Equal(role, read);
        Assert.NotEqual(key, KeyText.Create(role));
        Assert.Matches("^[0-9a-f]{64}$", KeyText.HashOf(key));
    }

    /// <summary>A seed stands for one key of each role; every bit of it counts.</summary>
    [Fact]
    public void AKeyOfASeed_IsTheSameEachTime()
    {
        var seed = new byte[64];
        seed[63] = 1;
        var key = KeyText.Of(Role.Worker, seed);
        Assert.True(KeyText.TryParse(key, out var role) && role == Role.Worker);
        Assert.Equal(key, KeyText.Of(Role.Worker, seed));
        Assert.NotEqual(key, KeyText.Of(Role.Worker, new byte[64]));
        Assert.Throws<ArgumentOutOfRangeException>(() => KeyText.Of(Role.Worker, new byte[32]));
    }

    [Fact]
    public void TheChecksum_IsTheOneThatOtherProgramsCompute() => Assert.True(KeyText.TryParse(Known, out _));

    [Fact]
    public void AKeyWithOneOtherCharacter_IsNone()
    {
        var key = KeyText.Create(Role.Operator);
        for (var i = 0; i < key.Length; i++)
        {
            var other = key[i] == 'x' ? 'y' : 'x';
            Assert.False(KeyText.TryParse($"{key[..i]}{other}{key[(i + 1)..]}", out _), $"Another character at {i} is not noticed.");
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("vg_")]
    [InlineData("vg_operator_")]
    [InlineData("vg__0000")]
    [InlineData("ghp_00000000000000000000000000000000000000000001wAKwl")]
    [InlineData(Known + "0")]
    [InlineData(" " + Known)]
    [InlineData(Known + "\n")]
    public void TextThatIsNoKey_IsNone(string? text) => Assert.False(KeyText.TryParse(text, out _));

    [Theory]
    [InlineData(Role.Viewer, "viewer")]
    [InlineData(Role.Operator, "viewer operator")]
    [InlineData(Role.Worker, "viewer worker")]
    [InlineData(Role.Admin, "viewer operator worker admin")]
    public void ARole_AllowsWhatItsNameSays(Role held, string allowed) =>
        Assert.Equal(allowed, string.Join(' ', Enum.GetValues<Role>().Where(needed => held.Allows(needed)).Select(Roles.ToWireName)));

    [Fact]
    public void AKey_IsGoodUntilItRunsOutOrIsRevoked()
    {
        var now = new DateTimeOffset(2026, 11, 27, 6, 0, 0, TimeSpan.Zero);
        var key = new AccessKey("ci", Role.Viewer, KeyText.HashOf(Known), now);

        Assert.Null(key.Check());
        Assert.True(key.IsGoodAt(now));
        Assert.True((key with { ExpiresAt = now.AddSeconds(1) }).IsGoodAt(now));
        Assert.False((key with { ExpiresAt = now }).IsGoodAt(now));
        Assert.False((key with { RevokedAt = now }).IsGoodAt(now));
    }

    [Theory]
    [InlineData("", "00", "The name of a key has 1 to 64")]
    [InlineData("a\nb", "00", "The name of a key has 1 to 64")]
    [InlineData("ci", "00", "without the SHA-256")]
    public void AKeyThatIsUnsound_IsRefusedInWords(string name, string hash, string problem) =>
        Assert.Contains(problem, new AccessKey(name, Role.Viewer, hash, default).Check(), StringComparison.Ordinal);

    [Fact]
    public void AnAdmin_ReachesAllTasks()
    {
        var key = new AccessKey("boss", Role.Admin, KeyText.HashOf(Known), default) { Labels = TaskLabels("team", "a") };

        Assert.Contains("An admin says who may do what", key.Check(), StringComparison.Ordinal);
        Assert.Null((key with { Role = Role.Operator }).Check());
        Assert.Contains("one that no task has", (key with { Role = Role.Viewer, Labels = TaskLabels("", "a") }).Check(), StringComparison.Ordinal);
    }

    private static System.Collections.Immutable.ImmutableSortedDictionary<string, string> TaskLabels(string key, string value) =>
        VideoGen.Tasks.State.TaskState.NoLabels.SetItem(key, value);
}
