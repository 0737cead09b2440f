using System.Collections.Immutable;
using VideoGen.Grains.Tests.Cluster;
using VideoGen.Tasks.Access;

namespace VideoGen.Grains.Tests.Access;

/// <summary>The keys of a cluster with a real grain: what is refused, and what holds over a restart.</summary>
public sealed class AccessKeysGrainTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 6, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task WhatIsAcknowledged_HoldsOverARestart()
    {
        await using var silo = new OneSilo();
        await silo.InitializeAsync();
        var (kept, revoked) = (Key("kept"), Key("revoked"));
        await Keys(silo).AddAsync(kept);
        await Keys(silo).AddAsync(revoked);
        Assert.True(await Keys(silo).RevokeAsync("revoked"));
        await Keys(silo).NoteUseAsync(Used("kept", Now.AddHours(1)));
        await Keys(silo).NoteUseAsync(Used("kept", Now));

        await silo.RestartAsync(recover: false);

        var known = (await Keys(silo).ReadAsync()).Keys.ToDictionary(key => key.Name);
        Assert.Equal(kept with { LastUsedAt = Now.AddHours(1) }, known["kept"]);
        Assert.NotNull(known["revoked"].RevokedAt);
    }

    [Fact]
    public async Task AKeyThatIsRevoked_IsNotMadeGoodByMakingItKnownAgain()
    {
        await using var silo = new OneSilo();
        await silo.InitializeAsync();
        var key = Key("again");
        await Keys(silo).AddAsync(key);
        await Keys(silo).RevokeAsync("again");
        await Keys(silo).AddAsync(key);

        Assert.NotNull(Assert.Single((await Keys(silo).ReadAsync()).Keys).RevokedAt);
        Assert.False(await Keys(silo).RevokeAsync("nobody"));
        var other = await Assert.ThrowsAsync<ArgumentException>(() => Keys(silo).AddAsync(Key("again") with { Sha256 = KeyText.HashOf("other") }));
        Assert.Equal("There is a key again already, which is revoked; choose another name.", other.Message);
        await Assert.ThrowsAsync<ArgumentException>(() => Keys(silo).AddAsync(Key("bad\nname")));
    }

    private static IAccessKeysGrain Keys(OneSilo silo) => silo.Grains.GetGrain<IAccessKeysGrain>(0);

    private static AccessKey Key(string name) => new(name, Role.Viewer, KeyText.HashOf(name), Now);

    private static ImmutableSortedDictionary<string, DateTimeOffset> Used(string name, DateTimeOffset at) =>
        ImmutableSortedDictionary.Create<string, DateTimeOffset>(StringComparer.Ordinal).SetItem(name, at);
}
