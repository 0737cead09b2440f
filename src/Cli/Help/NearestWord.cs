namespace VideoGen.Cli.Help;

/// <summary>Finds what was meant by a word with a slip of the finger in it.</summary>
internal static class NearestWord
{
    /// <summary>Slips that a word may have: one for each three of its letters, and one at least.</summary>
    private const int LettersForASlip = 3;

    /// <summary>Longer words are not typed by hand.</summary>
    private const int MaxLength = 64;

    /// <summary>Null when none is near. Of equally near ones the first.</summary>
    public static string? Of(string word, IEnumerable<string> known)
    {
        if (word.Length > MaxLength)
        {
            return null;
        }

        var most = Math.Max(1, word.Length / LettersForASlip);
        var nearest = known.Select(name => (Name: name, Slips: Slips(word, name))).Where(name => name.Slips <= most).OrderBy(name => name.Slips)
            .FirstOrDefault();
        return nearest.Name;
    }

    /// <summary>Letters that are missing, too many, wrong, or changed places with their neighbours.</summary>
    private static int Slips(string typed, string meant)
    {
        var costs = new int[typed.Length + 1, meant.Length + 1];
        for (var i = 0; i <= typed.Length; i++)
        {
            for (var j = 0; j <= meant.Length; j++)
            {
                costs[i, j] = i == 0 ? j
                    : j == 0 ? i
                    : Math.Min(Math.Min(costs[i - 1, j], costs[i, j - 1]) + 1, costs[i - 1, j - 1] + (typed[i - 1] == meant[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && typed[i - 1] == meant[j - 2] && typed[i - 2] == meant[j - 1])
                {
                    costs[i, j] = Math.Min(costs[i, j], costs[i - 2, j - 2] + 1);
                }
            }
        }

        return costs[typed.Length, meant.Length];
    }
}
