namespace VideoGen.Stages.Bidi;

/// <summary>
/// Characters of one level that follow each other when what is isolated between them is left out: rules W1 to W7, N0 to N2, I1 and I2 of the Unicode
/// bidirectional algorithm.
/// </summary>
/// <param name="indexes">Where its characters stand in the text.</param>
/// <param name="runes">The whole text.</param>
/// <param name="classes">Of the whole text; those of the sequence are resolved in place.</param>
/// <param name="level">Of the sequence.</param>
/// <param name="sos">The direction before it.</param>
/// <param name="eos">The direction after it.</param>
internal sealed class RunSequence(List<int> indexes, int[] runes, BidiClass[] classes, int level, BidiClass sos, BidiClass eos)
{
    private const int MaxOpenBrackets = 63;

    private readonly BidiClass[] _classes = [.. indexes.Select(index => classes[index])];

    private BidiClass Embedding => level % 2 == 0 ? BidiClass.L : BidiClass.R;

    /// <summary>Gives each character of the sequence its level.</summary>
    public void Resolve(byte[] levels)
    {
        var original = (BidiClass[])_classes.Clone();
        ResolveWeak();
        ResolveBrackets(original);
        ResolveNeutral();
        for (var i = 0; i < _classes.Length; i++)
        {
            var up = (level % 2, _classes[i]) switch
            {
                (0, BidiClass.R) => 1,
                (0, BidiClass.AN or BidiClass.EN) => 2,
                (1, BidiClass.L or BidiClass.EN or BidiClass.AN) => 1,
                _ => 0,
            };
            levels[indexes[i]] = (byte)(level + up);
        }
    }

    private void ResolveWeak()
    {
        ResolveMarks();
        var strong = sos;
        for (var i = 0; i < _classes.Length; i++)
        {
            strong = _classes[i] is BidiClass.L or BidiClass.R or BidiClass.AL ? _classes[i] : strong;
            _classes[i] = _classes[i] == BidiClass.EN && strong == BidiClass.AL ? BidiClass.AN : _classes[i];
        }

        Replace(BidiClass.AL, BidiClass.R);
        for (var i = 1; i < _classes.Length - 1; i++)
        {
            var (before, after) = (_classes[i - 1], _classes[i + 1]);
            var joins = (_classes[i], before) is (BidiClass.ES or BidiClass.CS, BidiClass.EN) or (BidiClass.CS, BidiClass.AN);
            if (before == after && joins)
            {
                _classes[i] = before;
            }
        }

        ResolveTerminators();
        strong = sos;
        for (var i = 0; i < _classes.Length; i++)
        {
            strong = _classes[i] is BidiClass.L or BidiClass.R ? _classes[i] : strong;
            _classes[i] = _classes[i] == BidiClass.EN && strong == BidiClass.L ? BidiClass.L : _classes[i];
        }
    }

    private void ResolveMarks()
    {
        for (var i = 0; i < _classes.Length; i++)
        {
            if (_classes[i] == BidiClass.NSM)
            {
                var before = i == 0 ? sos : _classes[i - 1];
                _classes[i] = ExplicitLevels.IsInitiator(before) || before == BidiClass.PDI ? BidiClass.ON : before;
            }
        }
    }

    private void ResolveTerminators()
    {
        for (var i = 0; i < _classes.Length;)
        {
            var end = i;
            while (end < _classes.Length && _classes[end] == BidiClass.ET)
            {
                end++;
            }

            if (end > i && ((i > 0 && _classes[i - 1] == BidiClass.EN) || (end < _classes.Length && _classes[end] == BidiClass.EN)))
            {
                Array.Fill(_classes, BidiClass.EN, i, end - i);
            }

            i = Math.Max(end, i + 1);
        }

        Replace(BidiClass.ES, BidiClass.ON);
        Replace(BidiClass.ET, BidiClass.ON);
        Replace(BidiClass.CS, BidiClass.ON);
    }

    private void Replace(BidiClass from, BidiClass to)
    {
        for (var i = 0; i < _classes.Length; i++)
        {
            _classes[i] = _classes[i] == from ? to : _classes[i];
        }
    }

    private void ResolveBrackets(BidiClass[] original)
    {
        foreach (var (open, close) in BracketPairs())
        {
            if (DirectionOf(open, close) is not { } direction)
            {
                continue;
            }

            foreach (var bracket in new[] { open, close })
            {
                _classes[bracket] = direction;
                for (var i = bracket + 1; i < original.Length && original[i] == BidiClass.NSM; i++)
                {
                    _classes[i] = direction;
                }
            }
        }
    }

    private BidiClass? DirectionOf(int open, int close)
    {
        var holdsOpposite = false;
        for (var i = open + 1; i < close; i++)
        {
            var strong = Strong(_classes[i]);
            if (strong == Embedding)
            {
                return Embedding;
            }

            holdsOpposite |= strong is not null;
        }

        if (!holdsOpposite)
        {
            return null;
        }

        var before = sos;
        for (var i = open - 1; i >= 0; i--)
        {
            if (Strong(_classes[i]) is { } strong)
            {
                before = strong;
                break;
            }
        }

        return before;
    }

    private List<(int Open, int Close)> BracketPairs()
    {
        var pairs = new List<(int Open, int Close)>();
        var open = new List<(int Closing, int At)>();
        for (var i = 0; i < _classes.Length; i++)
        {
            if (_classes[i] != BidiClass.ON)
            {
                continue;
            }

            var rune = runes[indexes[i]];
            if (BidiData.ClosingOf(rune) is { } closing)
            {
                if (open.Count == MaxOpenBrackets)
                {
                    return [];
                }

                open.Add((closing, i));
            }
            else if (BidiData.AsClosing(rune) is { } closed && open.FindLastIndex(entry => entry.Closing == closed) is >= 0 and var at)
            {
                pairs.Add((open[at].At, i));
                open.RemoveRange(at, open.Count - at);
            }
        }

        pairs.Sort();
        return pairs;
    }

    private void ResolveNeutral()
    {
        for (var i = 0; i < _classes.Length;)
        {
            var end = i;
            while (end < _classes.Length && Strong(_classes[end]) is null)
            {
                end++;
            }

            if (end > i)
            {
                var before = i == 0 ? sos : Strong(_classes[i - 1])!.Value;
                var after = end == _classes.Length ? eos : Strong(_classes[end])!.Value;
                Array.Fill(_classes, before == after ? before : Embedding, i, end - i);
            }

            i = Math.Max(end, i + 1);
        }
    }

    /// <summary>Numbers run from left to right, but count as of the other direction for what stands around them.</summary>
    private static BidiClass? Strong(BidiClass one) => one switch
    {
        BidiClass.L => BidiClass.L,
        BidiClass.R or BidiClass.EN or BidiClass.AN => BidiClass.R,
        _ => null,
    };
}
