using System.Text;

namespace VideoGen.Stages.Slides;

/// <summary>
/// Which way text runs: a small part of the Unicode bidirectional algorithm, enough for headings, sentences and cells. A text runs the way of its
/// first letter; words of the other direction keep theirs, and what is neither goes with its neighbours.
/// </summary>
internal static class TextDirection
{
    /// <summary>A stretch of text in one direction.</summary>
    public readonly record struct Stretch(int Start, int Length, bool RightToLeft);

    public static bool IsRightToLeft(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsLetter(rune))
            {
                return IsRightToLeft(rune);
            }
        }

        return false;
    }

    /// <summary>The stretches of a line in the order in which they are seen, from left to right.</summary>
    public static List<Stretch> InVisualOrder(string line, bool rightToLeft)
    {
        var stretches = new List<Stretch>();
        var start = 0;
        var direction = rightToLeft;
        var neutralFrom = 0;
        var position = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            var strong = Rune.IsLetter(rune) ? IsRightToLeft(rune) : Rune.IsDigit(rune) ? false : (bool?)null;
            if (strong is { } found)
            {
                if (found != direction)
                {
                    // What stands between two directions runs with the line.
                    var end = direction == rightToLeft ? position : neutralFrom;
                    if (end > start)
                    {
                        stretches.Add(new Stretch(start, end - start, direction));
                        start = end;
                    }

                    if (position > start && found != rightToLeft)
                    {
                        stretches.Add(new Stretch(start, position - start, rightToLeft));
                        start = position;
                    }

                    direction = found;
                }

                neutralFrom = position + rune.Utf16SequenceLength;
            }

            position += rune.Utf16SequenceLength;
        }

        if (direction != rightToLeft && neutralFrom < line.Length)
        {
            stretches.Add(new Stretch(start, neutralFrom - start, direction));
            (start, direction) = (neutralFrom, rightToLeft);
        }

        if (start < line.Length)
        {
            stretches.Add(new Stretch(start, line.Length - start, direction));
        }

        if (rightToLeft)
        {
            stretches.Reverse();
        }

        return stretches;
    }

    private static bool IsRightToLeft(Rune rune) => rune.Value is
        (>= 0x0590 and <= 0x08FF) or (>= 0xFB1D and <= 0xFDFF) or (>= 0xFE70 and <= 0xFEFF) or (>= 0x10800 and <= 0x10FFF) or (>= 0x1E800 and <= 0x1EFFF);
}
