using System.Text;

namespace VideoGen.Stages.Bidi;

/// <summary>
/// Which way each part of a paragraph runs, by the Unicode bidirectional algorithm (UAX #9). Lines are cut from it afterwards, so that what was opened in
/// one line is still open in the next.
/// </summary>
internal sealed class BidiText
{
    private readonly byte[] _levels;
    private readonly BidiClass[] _classes;

    /// <param name="text">One paragraph.</param>
    /// <param name="rightToLeft">Its direction; null for that of its first strong letter.</param>
    public BidiText(string text, bool? rightToLeft = null)
    {
        var runes = new List<int>();
        var starts = new List<int>();
        var position = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            runes.Add(rune.Value);
            starts.Add(position);
            position += rune.Utf16SequenceLength;
        }

        var classes = runes.Select(BidiData.ClassOf).ToArray();
        Level = rightToLeft is { } known ? known ? 1 : 0 : ExplicitLevels.FirstStrong(classes) ?? 0;
        var levels = Resolve([.. runes], classes, Level);
        _levels = new byte[text.Length];
        _classes = new BidiClass[text.Length];
        for (var i = 0; i < runes.Count; i++)
        {
            var end = i + 1 < starts.Count ? starts[i + 1] : text.Length;
            Array.Fill(_levels, levels[i], starts[i], end - starts[i]);
            Array.Fill(_classes, classes[i], starts[i], end - starts[i]);
        }
    }

    /// <summary>A stretch of text in one direction.</summary>
    public readonly record struct Run(int Start, int Length, bool IsRightToLeft);

    /// <summary>Of the paragraph: 0 from left to right, 1 from right to left.</summary>
    public int Level { get; }

    public bool IsRightToLeft => Level == 1;

    /// <summary>The stretches of a line in the order in which they are seen, from left to right.</summary>
    public List<Run> InVisualOrder(int start, int length)
    {
        var levels = LineLevels(start, length);
        var runs = new List<Run>();
        for (var i = 0; i < length;)
        {
            var end = i + 1;
            while (end < length && levels[end] == levels[i])
            {
                end++;
            }

            runs.Add(new Run(start + i, end - i, levels[i] % 2 == 1));
            i = end;
        }

        Reverse(runs, [.. runs.Select(run => levels[run.Start - start])]);
        return runs;
    }

    /// <summary>The level of each character before lines are cut: rules X9, X10 and those of <see cref="RunSequence"/>.</summary>
    internal static byte[] Resolve(int[] runes, BidiClass[] original, int level)
    {
        var classes = (BidiClass[])original.Clone();
        var explicitLevels = ExplicitLevels.Resolve(classes, level);
        var levels = (byte[])explicitLevels.Clone();
        foreach (var sequence in Sequences(original, explicitLevels))
        {
            var (first, last) = (sequence[0], sequence[^1]);
            var (before, after) = (Kept(original, first - 1, -1), Kept(original, last + 1, 1));
            var isOpen = ExplicitLevels.IsInitiator(original[last]) && ExplicitLevels.EndOfIsolate(original, last) == original.Length;
            var own = explicitLevels[first];
            var sos = Direction(Math.Max(own, before < 0 ? level : explicitLevels[before]));
            var eos = Direction(Math.Max(own, after == original.Length || isOpen ? level : explicitLevels[after]));
            new RunSequence(sequence, runes, classes, own, sos, eos).Resolve(levels);
        }

        for (var i = 0; i < levels.Length; i++)
        {
            // What takes no part, and is not seen, must not part what stands on either side of it.
            levels[i] = !ExplicitLevels.IsRemoved(original[i]) ? levels[i] : i == 0 ? (byte)level : levels[i - 1];
        }

        return levels;
    }

    /// <summary>
    /// Turns round what runs from right to left: from the highest level down to the lowest odd one, each unbroken stretch of at least that level (L2).
    /// </summary>
    internal static void Reverse<T>(List<T> items, List<byte> levels)
    {
        for (int level = levels.Count == 0 ? 0 : levels.Max(); level > 0; level--)
        {
            for (var i = 0; i < items.Count;)
            {
                var end = i;
                while (end < items.Count && levels[end] >= level)
                {
                    end++;
                }

                items.Reverse(i, end - i);
                levels.Reverse(i, end - i);
                i = Math.Max(end, i + 1);
            }
        }
    }

    /// <summary>The levels within a line: white space at its end, and before a tab, runs with the paragraph (L1).</summary>
    private byte[] LineLevels(int start, int length)
    {
        var levels = _levels.AsSpan(start, length).ToArray();
        var isEnd = true;
        for (var i = length - 1; i >= 0; i--)
        {
            var one = _classes[start + i];
            var isSeparator = one is BidiClass.B or BidiClass.S;
            isEnd = isSeparator || (isEnd && (one is BidiClass.WS or BidiClass.PDI || ExplicitLevels.IsInitiator(one) || ExplicitLevels.IsRemoved(one)));
            levels[i] = isEnd ? (byte)Level : levels[i];
        }

        return levels;
    }

    private static BidiClass Direction(int level) => level % 2 == 0 ? BidiClass.L : BidiClass.R;

    /// <summary>The nearest character from here that takes part in the rules.</summary>
    private static int Kept(BidiClass[] classes, int from, int step)
    {
        while (from >= 0 && from < classes.Length && ExplicitLevels.IsRemoved(classes[from]))
        {
            from += step;
        }

        return from;
    }

    /// <summary>Runs of one level; what follows an isolate goes on with the run that the isolate was opened in (BD13).</summary>
    private static List<List<int>> Sequences(BidiClass[] classes, byte[] levels)
    {
        var runs = new List<List<int>>();
        foreach (var i in Enumerable.Range(0, classes.Length).Where(i => !ExplicitLevels.IsRemoved(classes[i])))
        {
            if (runs.Count == 0 || levels[runs[^1][^1]] != levels[i])
            {
                runs.Add([]);
            }

            runs[^1].Add(i);
        }

        var sequences = new List<List<int>>();
        var openedBy = new Dictionary<int, List<int>>();
        foreach (var run in runs)
        {
            var last = run[^1];
            if (classes[run[0]] == BidiClass.PDI && openedBy.Remove(run[0], out var sequence))
            {
                sequence.AddRange(run);
            }
            else
            {
                sequence = run;
                sequences.Add(sequence);
            }

            if (ExplicitLevels.IsInitiator(classes[last]))
            {
                openedBy[ExplicitLevels.EndOfIsolate(classes, last)] = sequence;
            }
        }

        return sequences;
    }
}
