using System.Collections.Frozen;
using System.Globalization;

namespace VideoGen.Stages.Bidi;

/// <summary>
/// The properties of characters that the bidirectional algorithm asks for, of Unicode 15. They are data of the standard, under Unicode's licence; .NET
/// has them not.
/// </summary>
internal static class BidiData
{
    private static readonly (int[] Starts, BidiClass[] Classes) Ranges = ReadRanges();

    private static readonly FrozenDictionary<int, int> Closing = ReadBrackets();

    private static readonly FrozenSet<int> Closings = Closing.Values.ToFrozenSet();

    public static BidiClass ClassOf(int rune)
    {
        var at = Array.BinarySearch(Ranges.Starts, rune);
        return Ranges.Classes[at < 0 ? ~at - 1 : at];
    }

    /// <summary>The bracket that closes this one; null for what opens nothing. Brackets that look the same are the same.</summary>
    public static int? ClosingOf(int rune) => Closing.TryGetValue(rune, out var closing) ? Canonical(closing) : null;

    /// <summary>The bracket as it is compared; null for what closes nothing.</summary>
    public static int? AsClosing(int rune) => Closings.Contains(rune) ? Canonical(rune) : null;

    private static int Canonical(int rune) => rune == 0x232A ? 0x3009 : rune;

    private static (int[] Starts, BidiClass[] Classes) ReadRanges()
    {
        var lines = Read("classes.txt");
        return (
            [.. lines.Select(line => Number(line[0]))],
            [.. lines.Select(line => Enum.Parse<BidiClass>(line[1]))]);
    }

    private static FrozenDictionary<int, int> ReadBrackets() =>
        Read("brackets.txt").ToFrozenDictionary(line => Number(line[0]), line => Number(line[1]));

    private static int Number(string text) => int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static List<string[]> Read(string name)
    {
        using var reader = new StreamReader(typeof(BidiData).Assembly.GetManifestResourceStream("bidi/" + name)!);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))];
    }
}
