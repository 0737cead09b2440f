namespace VideoGen.Stages.Bidi;

/// <summary>The embedding levels that a text's own marks of direction give it: rules P2, P3 and X1 to X8 of the Unicode bidirectional algorithm.</summary>
internal static class ExplicitLevels
{
    private const int MaxDepth = 125;

    /// <summary>1 where the first strong character from here on is written from right to left, 0 where it is not, null where there is none.</summary>
    public static int? FirstStrong(ReadOnlySpan<BidiClass> classes, int start = 0, int? end = null)
    {
        for (var i = start; i < (end ?? classes.Length); i++)
        {
            switch (classes[i])
            {
                case BidiClass.L:
                    return 0;
                case BidiClass.R or BidiClass.AL:
                    return 1;
                case BidiClass.LRI or BidiClass.RLI or BidiClass.FSI:
                    i = EndOfIsolate(classes, i);
                    break;
                default:
                    break;
            }
        }

        return null;
    }

    /// <summary>The mark that ends the isolate which begins here; the length of the text where none does.</summary>
    public static int EndOfIsolate(ReadOnlySpan<BidiClass> classes, int start)
    {
        var depth = 1;
        for (var i = start + 1; i < classes.Length; i++)
        {
            depth += IsInitiator(classes[i]) ? 1 : classes[i] == BidiClass.PDI ? -1 : 0;
            if (depth == 0)
            {
                return i;
            }
        }

        return classes.Length;
    }

    public static bool IsInitiator(BidiClass one) => one is BidiClass.LRI or BidiClass.RLI or BidiClass.FSI;

    /// <summary>Whether a character takes no part in the later rules (X9).</summary>
    public static bool IsRemoved(BidiClass one) => one is BidiClass.LRE or BidiClass.RLE or BidiClass.LRO or BidiClass.RLO or BidiClass.PDF or BidiClass.BN;

    /// <summary>The level of each character; classes that an override changes are changed in place.</summary>
    public static byte[] Resolve(BidiClass[] classes, int paragraphLevel)
    {
        var original = (BidiClass[])classes.Clone();
        var levels = new byte[classes.Length];
        var stack = new Stack<Status>([new Status(paragraphLevel, null, false)]);
        int overflowIsolates = 0, overflowEmbeddings = 0, validIsolates = 0;
        for (var i = 0; i < classes.Length; i++)
        {
            var one = original[i];
            switch (one)
            {
                case BidiClass.RLE or BidiClass.LRE or BidiClass.RLO or BidiClass.LRO:
                    levels[i] = (byte)stack.Peek().Level;
                    var isRight = one is BidiClass.RLE or BidiClass.RLO;
                    var embedded = Next(stack.Peek().Level, isRight);
                    if (embedded <= MaxDepth && overflowIsolates == 0 && overflowEmbeddings == 0)
                    {
                        stack.Push(new Status(embedded, one == BidiClass.RLO ? BidiClass.R : one == BidiClass.LRO ? BidiClass.L : null, false));
                    }
                    else if (overflowIsolates == 0)
                    {
                        overflowEmbeddings++;
                    }

                    break;
                case BidiClass.RLI or BidiClass.LRI or BidiClass.FSI:
                    Apply(i);
                    var turned = one == BidiClass.RLI || (one == BidiClass.FSI && FirstStrong(original, i + 1, EndOfIsolate(original, i)) == 1);
                    var isolated = Next(stack.Peek().Level, turned);
                    if (isolated <= MaxDepth && overflowIsolates == 0 && overflowEmbeddings == 0)
                    {
                        validIsolates++;
                        stack.Push(new Status(isolated, null, true));
                    }
                    else
                    {
                        overflowIsolates++;
                    }

                    break;
                case BidiClass.PDI:
                    if (overflowIsolates > 0)
                    {
                        overflowIsolates--;
                    }
                    else if (validIsolates > 0)
                    {
                        overflowEmbeddings = 0;
                        while (!stack.Pop().IsIsolate)
                        {
                            // What was embedded within the isolate ends with it.
                        }

                        validIsolates--;
                    }

                    Apply(i);
                    break;
                case BidiClass.PDF:
                    levels[i] = (byte)stack.Peek().Level;
                    if (overflowIsolates > 0)
                    {
                        break;
                    }

                    if (overflowEmbeddings > 0)
                    {
                        overflowEmbeddings--;
                    }
                    else if (!stack.Peek().IsIsolate && stack.Count > 1)
                    {
                        stack.Pop();
                    }

                    break;
                case BidiClass.B:
                    levels[i] = (byte)paragraphLevel;
                    break;
                case BidiClass.BN:
                    levels[i] = (byte)stack.Peek().Level;
                    break;
                default:
                    Apply(i);
                    break;
            }
        }

        return levels;

        void Apply(int at)
        {
            levels[at] = (byte)stack.Peek().Level;
            classes[at] = stack.Peek().Override ?? classes[at];
        }
    }

    private static int Next(int level, bool isRight) => isRight ? (level + 1) | 1 : (level + 2) & ~1;

    private readonly record struct Status(int Level, BidiClass? Override, bool IsIsolate);
}
