using VideoGen.Grains.Tasks;

namespace VideoGen.Grains.Tests.Tasks;

public sealed class OperationLedgerTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Append_WithinBounds_RemembersAll()
    {
        var ledger = OperationLedger.Empty.Append([.. Enumerable.Range(0, Limits.LedgerCapacity).Select(i => Entry(i))], Now);
        Assert.Equal(Limits.LedgerCapacity, ledger.Entries.Length);
        Assert.Equal(0, ledger.Floor);
        Assert.Equal(4, ledger.Find(Id(3))!.Version);
    }

    [Fact]
    public void Append_PastTheCapacity_ForgetsTheFirstAndRaisesTheFloor()
    {
        var ledger = OperationLedger.Empty.Append([.. Enumerable.Range(0, Limits.LedgerCapacity).Select(i => Entry(i))], Now).Append([Entry(1000)], Now);
        Assert.Equal(Limits.LedgerCapacity, ledger.Entries.Length);
        Assert.Null(ledger.Find(Id(0)));
        Assert.True(ledger.MayHaveForgotten(Id(0)));
        Assert.False(ledger.MayHaveForgotten(Id(1)));
    }

    [Fact]
    public void Append_PastTheWindow_ForgetsWhatIsOlder()
    {
        var ledger = OperationLedger.Empty.Append([Entry(0)], Now).Append([Entry(1)], Now + OperationLedger.Window + TimeSpan.FromSeconds(1));
        Assert.Null(ledger.Find(Id(0)));
        Assert.NotNull(ledger.Find(Id(1)));
        Assert.True(ledger.MayHaveForgotten(Id(0)));
    }

    [Fact]
    public void Floor_NeverFalls()
    {
        var ledger = OperationLedger.Empty;
        for (var i = 0; i < 1_000; i++)
        {
            // Ids come in any order; clocks differ.
            var next = ledger.Append([Entry((i * 7919) % 5_000)], Now);
            Assert.True(next.Floor >= ledger.Floor);
            ledger = next;
        }
    }

    [Fact]
    public void IdOfAnotherKind_CountsAsForgotten() =>
        Assert.True(OperationLedger.Empty.MayHaveForgotten(new OperationId(new Guid("8f7d2c5e-1111-4222-8333-444455556666"))));

    private static LedgerEntry Entry(int milliseconds) => new(Id(milliseconds), milliseconds, milliseconds + 1, 0);

    private static OperationId Id(int milliseconds)
    {
        var random = Guid.CreateVersion7(Now.AddMilliseconds(milliseconds)).ToByteArray(bigEndian: true);
        BitConverter.GetBytes(milliseconds).CopyTo(random, 10);
        random.AsSpan(14).Clear();
        random[8] = 0x80;
        random[9] = 0;
        random[7] = 0;
        random[6] = 0x70;
        return new OperationId(new Guid(random, bigEndian: true));
    }
}
