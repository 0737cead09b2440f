using System.Collections.Immutable;
using System.Text.Json;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Tests.State;

public sealed class UnitSharesTests
{
    [Fact]
    public void With_AnyNamesInAnyOrder_IsASortedMapAndItsJson()
    {
        var random = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            var expected = ImmutableSortedDictionary.Create<string, double>(StringComparer.Ordinal);
            var shares = UnitShares.None;
            for (var i = random.Next(40); i >= 0; i--)
            {
                var (name, share) = ($"{"aé\"Z"[random.Next(4)]}-{random.Next(12)}", random.Next(3) == 0 ? random.Next(2) : random.NextDouble());
                expected = expected.SetItem(name, share);
                shares = shares.With(name, share);
                Assert.Equal(expected.Count, shares.Count);
                Assert.Equal(JsonSerializer.Serialize(expected), JsonSerializer.Serialize(shares));
                Assert.Equal(expected.Values.Sum(), shares.Sum());
                Assert.All(expected, entry => Assert.Equal(entry.Value, shares.ShareOf(entry.Key)));
                Assert.Null(shares.ShareOf(name + "?"));
            }
        }
    }

    [Fact]
    public void With_OfAnEarlierOne_LeavesItAsItWas()
    {
        var earlier = UnitShares.None.With("b", 0.5);
        earlier.With("a", 0.25).With("b", 1);
        Assert.Equal("""{"b":0.5}""", JsonSerializer.Serialize(earlier));
    }

    [Fact]
    public void Json_InAnyOrder_LoadsSorted()
    {
        var loaded = JsonSerializer.Deserialize<UnitShares>("""{ "b": 1, "a": 0.5, "\u0061a": 2e-1 }""")!;
        Assert.Equal("""{"a":0.5,"aa":0.2,"b":1}""", JsonSerializer.Serialize(loaded));
        Assert.Equal("{}", JsonSerializer.Serialize(JsonSerializer.Deserialize<UnitShares>("{}")));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("""{"a":"1"}""")]
    [InlineData("""{"a":{}}""")]
    [InlineData("""{"a":1""")]
    public void Json_OfAnotherShape_IsAnError(string json) => Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize<UnitShares>(json));
}
