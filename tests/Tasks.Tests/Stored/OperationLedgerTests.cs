using System.Text.Json;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Stored;

namespace VideoGen.Tasks.Tests.Stored;

public sealed class OperationLedgerTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Append_WithinBounds_RemembersAll()
    {
        var ledger = OperationLedger.Empty.Append([.. Enumerable.Range(0, Limits.LedgerCapacity).Select(i => Entry(i))], Now);
        Assert.Equal(Limits.LedgerCapacity, ledger.Entries.Count());
        Assert.Equal(0, ledger.Floor);
        Assert.Equal(4, ledger.Find(Id(3))!.Version);
    }

    [Fact]
    public void Append_PastTheCapacity_ForgetsTheFirstAndRaisesTheFloor()
    {
        var ledger = OperationLedger.Empty.Append([.. Enumerable.Range(0, Limits.LedgerCapacity).Select(i => Entry(i))], Now).Append([Entry(1000)], Now);
        Assert.Equal(Limits.LedgerCapacity, ledger.Entries.Count());
        Assert.Null(ledger.Find(Id(0)));
        Assert.NotNull(ledger.Find(Id(1)));
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
    public void EarlierLedger_AskedAfterALaterOneWasMade_KnowsWhatItKnew()
    {
        var earlier = OperationLedger.Empty.Append([.. Enumerable.Range(0, Limits.LedgerCapacity).Select(i => Entry(i))], Now);
        Assert.NotNull(earlier.Find(Id(0)));
        var later = earlier.Append([Entry(1000)], Now);
        Assert.NotNull(earlier.Find(Id(0)));
        Assert.Null(earlier.Find(Id(1000)));
        Assert.Null(later.Find(Id(0)));
        Assert.NotNull(later.Find(Id(1000)));
    }

    [Fact]
    public void Stored_AndLoaded_IsTheSame()
    {
        LedgerEntry[] entries =
        [
            .. Enumerable.Range(0, 100).Select(i =>
                new LedgerEntry(Id((i * 7919) % 5_000), i * -77_777_777, long.MaxValue - (i * 3), i % 7 == 0 ? long.MaxValue : 0)),
        ];
        LedgerEntry[] withoutEffect =
        [
            Entry(6_000) with { IsUnchanged = true },
            .. Enum.GetValues<RefusalReason>().Where(reason => reason != RefusalReason.None).Select((reason, i) => Entry(6_001 + i) with { Refusal = reason }),
        ];
        var ledger = OperationLedger.Empty.Append([Entry(1)], Now).Append(entries, Now).Append(withoutEffect, Now);
        Assert.Equal(withoutEffect, ledger.Entries.Where(entry => !entry.IsApplied));
        var loaded = JsonSerializer.Deserialize<OperationLedger>(JsonSerializer.Serialize(ledger))!;
        Assert.Equal(ledger.Entries, loaded.Entries);
        Assert.Equal(ledger.Floor, loaded.Floor);
        Assert.All(entries, entry => Assert.Equal(entry, loaded.Find(entry.Operation)));
    }

    /// <summary>As a program of 2026-11-23 wrote it, each entry a text; it goes on in today's form.</summary>
    [Fact]
    public void FirstForm_IsReadAndGoesOn()
    {
        const string Json = """{"floor":7,"entries":["AaINRI9_eQ-wLR97IW11tQ:40425ae6b119d9f1:1:0","AaINRJA8dvyUE9TTHosfjQ"""
            + """:e5c312d5f52607b8:2:1","AaINRJCHfdCIHGZ90CjnEQ:a5a9e94dff627531:4:0"]}""";
        var ledger = JsonSerializer.Deserialize<OperationLedger>(Json)!;
        LedgerEntry[] expected =
        [
            new(new OperationId(new Guid("01a20d44-8f7f-790f-b02d-1f7b216d75b5")), unchecked((int)0xb119d9f1), 1, 0),
            new(new OperationId(new Guid("01a20d44-903c-76fc-9413-d4d31e8b1f8d")), unchecked((int)0xf52607b8), 2, 1),
            new(new OperationId(new Guid("01a20d44-9087-7dd0-881c-667dd028e711")), unchecked((int)0xff627531), 4, 0),
        ];
        Assert.Equal(expected, ledger.Entries);
        Assert.Equal(7, ledger.Floor);
        Assert.Equal(expected, JsonSerializer.Deserialize<OperationLedger>(JsonSerializer.Serialize(ledger))!.Entries);
    }

    /// <summary>Against a plain list, through storage now and then.</summary>
    [Fact]
    public void AnyAppends_RememberTheLastOnesWithinTheWindow()
    {
        var random = new Random(11);
        for (var round = 0; round < 40; round++)
        {
            var (ledger, expected, next) = (OperationLedger.Empty, new List<LedgerEntry>(), 0);
            for (var now = 0; now < 1_200_000; now += random.Next(1, 200) * (round % 3 == 0 ? 200 : 1))
            {
                // Some ids are older than what was remembered before them, and some versions are, too.
                LedgerEntry[] added =
                [
                    .. Enumerable.Range(0, random.Next(1, 70)).Select(_ =>
                        Entry(0) with { Operation = Id(now + random.Next(1_000), ++next), Version = random.Next(1_000) }),
                ];
                expected.AddRange(added);
                var excess = Math.Max(0, expected.Count - Limits.LedgerCapacity);
                var oldest = now - OperationLedger.Window.TotalMilliseconds;
                expected = [.. expected.Skip(excess).Where(entry => entry.Operation.Timestamp >= Now.AddMilliseconds(oldest).ToUnixTimeMilliseconds())];
                ledger = ledger.Append(added, Now.AddMilliseconds(now));
                Assert.Equal(expected, ledger.Entries);
                if (random.Next(4) == 0)
                {
                    ledger = JsonSerializer.Deserialize<OperationLedger>(JsonSerializer.Serialize(ledger))!;
                    Assert.Equal(expected, ledger.Entries);
                }

                if (next > 3_000)
                {
                    break;
                }
            }
        }
    }

    /// <summary>A store that writes what changed writes little then.</summary>
    [Fact]
    public void Append_PastTheCapacity_ChangesTheStoredFormOfTheLastPartOnly()
    {
        var ledger = OperationLedger.Empty.Append([.. Enumerable.Range(0, Limits.LedgerCapacity - 1).Select(i => Entry(i))], Now).Append([Entry(999)], Now);
        var before = Parts(ledger);
        for (var i = 1; i < LedgerBlock.Capacity; i++)
        {
            ledger = ledger.Append([Entry(1_000 + i)], Now);
            Assert.Equal(i, JsonSerializer.SerializeToElement(ledger).GetProperty("forgotten").GetInt32());
            Assert.Equal(before, Parts(ledger)[..before.Length]);
        }

        ledger = ledger.Append([Entry(2_000)], Now);
        Assert.False(JsonSerializer.SerializeToElement(ledger).TryGetProperty("forgotten", out _));
        Assert.Equal(before[1..], Parts(ledger)[..(before.Length - 1)]);
    }

    [Theory]
    [InlineData("""{"floor":0,"entries":"AAAA"}""")]
    [InlineData("""{"floor":0,"forgotten":-1,"entries":["AAAAAAAAAAAAAAAAAAAAAAAAAA=="]}""")]
    [InlineData("""{"floor":0,"forgotten":1,"entries":["AAAAAAAAAAAAAAAAAAAAAAAAAA=="]}""")]
    [InlineData("""{"floor":0,"forgotten":2,"entries":["AAAAAAAAAAAAAAAAAAAAAAAAAA=="]}""")]
    [InlineData("""{"floor":0,"entries":[""]}""")]
    [InlineData("""{"floor":0,"entries":["AAAA"]}""")]
    [InlineData("""{"floor":0,"entries":["////////////////////"]}""")]
    [InlineData("""{"floor":0,"entries":["no base64"]}""")]
    [InlineData("""{"floor":0,"entries":[null]}""")]
    [InlineData("""{"floor":0,"entries":["AaINRI9_eQ-wLR97IW11tQ:40425ae6b119d9f1:1:0",null]}""")]
    [InlineData("""{"floor":0,"entries":["AaINRI9_eQ-wLR97IW11tQ:40425ae6b119d9f1:1"]}""")]
    [InlineData("""{"floor":0,"entries":["AaINRI9_eQ:40425ae6b119d9f1:1:0"]}""")]
    [InlineData("""{"floor":0,"entries":["AaINRI9_eQ-wLR97IW11tQ:40425ae6b119d9f1:1:99999999999999999999"]}""")]
    [InlineData("""{"floor":0}""")]
    public void Damaged_IsAClearError(string json) =>
        Assert.Contains(
            "ledger of operations is damaged",
            Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<OperationLedger>(json)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void FreshIds_AreVersion7AndDifferent()
    {
        var ids = Enumerable.Range(0, 1_000).Select(_ => OperationId.Create(TimeProvider.System)).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Equal((7, 0x80), (id.Value.Version, id.Value.ToByteArray(bigEndian: true)[8] & 0xc0)));
        Assert.True(OperationId.Create(TimeProvider.System, Now.AddYears(100)).Timestamp > Now.AddYears(100).ToUnixTimeMilliseconds());
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

    private static string[] Parts(OperationLedger ledger) =>
        [.. JsonSerializer.SerializeToElement(ledger).GetProperty("entries").EnumerateArray().Select(part => part.GetString()!)];

    private static LedgerEntry Entry(int milliseconds) => new(Id(milliseconds), milliseconds, milliseconds + 1, 0);

    private static OperationId Id(int milliseconds) => Id(milliseconds, milliseconds);

    private static OperationId Id(int milliseconds, int number)
    {
        var random = Guid.CreateVersion7(Now.AddMilliseconds(milliseconds)).ToByteArray(bigEndian: true);
        BitConverter.GetBytes(number).CopyTo(random, 10);
        random.AsSpan(14).Clear();
        random[8] = 0x80;
        random[9] = 0;
        random[7] = 0;
        random[6] = 0x70;
        return new OperationId(new Guid(random, bigEndian: true));
    }
}
