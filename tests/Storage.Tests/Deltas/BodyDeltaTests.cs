using System.Text;
using System.Text.RegularExpressions;
using VideoGen.Storage.Deltas;
using VideoGen.Tasks.Json;

namespace VideoGen.Storage.Tests.Deltas;

public sealed partial class BodyDeltaTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("", "new")]
    [InlineData("gone", "")]
    [InlineData("the same", "the same")]
    [InlineData("the same, and more", "the same")]
    [InlineData("the same", "the same, and more")]
    [InlineData("one thing", "quite another")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Written_AndApplied_MakeTheOther(string before, string after) => Assert.True(LengthOf(before, after, 256) <= 32);

    /// <summary>A document with pieces put in, taken out and replaced anywhere, over a text that repeats itself and over one that does not.</summary>
    [Fact]
    public void AnyChanges_Applied_MakeTheOther()
    {
        var random = new Random(5);
        var fits = 0;
        for (var round = 0; round < 3_000; round++)
        {
            var before = Text(random, random.Next(3_000), letters: round % 2 == 0 ? 2 : 26);
            var after = new StringBuilder(before);
            for (var i = random.Next(8); i > 0; i--)
            {
                var at = random.Next(after.Length + 1);
                after.Remove(at, random.Next(Math.Min(round % 3 == 0 ? 900 : 40, after.Length - at) + 1));
                after.Insert(at, Text(random, random.Next(40), letters: 26));
            }

            fits += LengthOf(before, after.ToString(), random.Next(2_000)) >= 0 ? 1 : 0;
        }

        Assert.InRange(fits, 1_000, 2_999);
    }

    [Fact]
    public void SmallChangesOfALargeBody_AreSmall()
    {
        var before = string.Concat(Enumerable.Range(0, 300)
            .Select(i => $"\"part-{i}\":{{\"progress\":0.{i}1,\"message\":\"frame {i * 31}\",\"at\":\"2026-01-01T00:00:{i}\"}},"));
        var after = Frames().Replace(before, match => match.Value.Length == 9 ? "frame 100001" : match.Value);
        var edits = Frames().Matches(before).Count(match => match.Value.Length == 9);
        Assert.InRange(edits, 10, 250);
        Assert.InRange(LengthOf(before, after, 8_192), edits, edits * 24);
    }

    /// <summary>As a ledger does whose first part is forgotten.</summary>
    [Fact]
    public void LongPieceThatIsLeftOut_AndOneThatComesAtTheEnd_AreSmall()
    {
        var before = Text(new Random(9), 12_000, letters: 26);
        Assert.InRange(LengthOf(before, before[..200] + before[2_700..] + "the end", 8_192), 7, 32);
    }

    /// <summary>Documents in pieces of which they share some, with others changed, put in and taken out.</summary>
    [Fact]
    public void AnyPieces_Applied_MakeTheOther()
    {
        var random = new Random(6);
        var fits = 0;
        for (var round = 0; round < 3_000; round++)
        {
            var before = Enumerable.Range(0, random.Next(14)).Select(_ => Piece(random, random.Next(400))).ToList();
            var after = before.ToList();
            for (var i = random.Next(5); i > 0; i--)
            {
                Change(random, after);
            }

            fits += LengthOf(Pieces(before), Pieces(after), random.Next(400)) >= 0 ? 1 : 0;
        }

        Assert.InRange(fits, 1_500, 2_999);
    }

    [Fact]
    public void PiecesThatAreLeftOut_PutInAndChanged_AreSmallOthersBeingShared()
    {
        var random = new Random(8);
        var before = Enumerable.Range(0, 200).Select(_ => Piece(random, 700)).ToList();
        var after = before.ToList();
        after.RemoveRange(120, 9);
        after.Add(Piece(random, 30));
        after[40] = new ReadOnlyMemory<byte>([.. after[40].Span, 1]);
        after[41] = new ReadOnlyMemory<byte>([2, .. after[41].Span]);
        Assert.InRange(LengthOf(Pieces(before), Pieces(after), 8_192), 40, 120);
    }

    [Fact]
    public void SpaceThatIsTooSmall_IsNoSpace()
    {
        Assert.Equal(-1, LengthOf("", new string('x', 100), 100));
        Assert.Equal(-1, LengthOf("a", "b", 0));
        Assert.Equal(0, LengthOf("same", "same", 0));
        Assert.Equal(-1, LengthOf("same", "same", 2));
        Assert.Equal(0, LengthOf("same", "same", 3));
    }

    [Fact]
    public void TooManyEdits_AreNoDelta()
    {
        var before = Text(new Random(4), 100_000, letters: 26);
        Assert.InRange(LengthOf(before, Upper(before, 900), 100_000), 2_700, 9_000);
        Assert.Equal(-1, LengthOf(before, Upper(before, 1_100), 100_000));
    }

    [Theory]
    [InlineData(new byte[] { 1 })]
    [InlineData(new byte[] { 1, 0x80 })]
    [InlineData(new byte[] { 0, 5, 0 })]
    [InlineData(new byte[] { 5, 0, 0 })]
    [InlineData(new byte[] { 0, 0, 2, 65 })]
    [InlineData(new byte[] { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 1 })]
    [InlineData(new byte[] { 0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0 })]
    public void WhatIsNoDelta_IsAFormatError(byte[] changes) => Assert.Throws<FormatException>(() => BodyDelta.Apply("body"u8, changes));

    [GeneratedRegex("frame [0-9]+")]
    private static partial Regex Frames();

    /// <summary>The length of the delta in a space that held something else before; -1 when it does not fit.</summary>
    private static int LengthOf(string before, string after, int space) =>
        LengthOf((Utf8Rope)Encoding.UTF8.GetBytes(before), Encoding.UTF8.GetBytes(after), space);

    private static int LengthOf(Utf8Rope before, Utf8Rope after, int space)
    {
        var changes = new byte[space];
        Array.Fill(changes, (byte)0xA5);
        if (!BodyDelta.TryWrite(before, after, changes))
        {
            return -1;
        }

        Assert.Equal(after.ToArray(), BodyDelta.Apply(before.ToArray(), changes));
        return changes.AsSpan().TrimEnd((byte)0).Length;
    }

    /// <summary>Puts a piece in, takes one out, or makes one longer in the middle.</summary>
    private static void Change(Random random, List<ReadOnlyMemory<byte>> pieces)
    {
        var at = random.Next(pieces.Count + 1);
        if (random.Next(3) == 0)
        {
            pieces.Insert(at, Piece(random, random.Next(40)));
        }
        else if (at < pieces.Count && random.Next(2) == 0)
        {
            pieces.RemoveAt(at);
        }
        else if (at < pieces.Count)
        {
            var within = random.Next(pieces[at].Length + 1);
            pieces[at] = new ReadOnlyMemory<byte>([.. pieces[at].Span[..within], .. Piece(random, random.Next(9)).Span, .. pieces[at].Span[within..]]);
        }
    }

    private static ReadOnlyMemory<byte> Piece(Random random, int length) => Encoding.UTF8.GetBytes(Text(random, length, letters: 26));

    private static Utf8Rope Pieces(IEnumerable<ReadOnlyMemory<byte>> pieces) => new([.. pieces]);

    /// <summary>With so many letters made large, far from each other.</summary>
    private static string Upper(string text, int letters) => string.Create(text.Length, (text, letters), (result, source) =>
    {
        source.text.CopyTo(result);
        for (var i = 0; i < source.letters; i++)
        {
            result[50 + (i * 90)] = 'A';
        }
    });

    private static string Text(Random random, int length, int letters) => string.Create(length, random, (text, source) =>
    {
        foreach (ref var letter in text)
        {
            letter = (char)('a' + source.Next(letters));
        }
    });
}
