namespace VideoGen.Tasks;

/// <summary>The form of stage names: <c>kind</c> or <c>kind:unit</c>.</summary>
public static class StageName
{
    public const int MaxLength = 96;

    /// <summary>Null when the name is well formed, else what is wrong with it.</summary>
    public static string? Check(string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            return "A stage has no name.";
        }

        if (name.Length > MaxLength)
        {
            return $"A stage name has {name.Length} characters; {MaxLength} is the most.";
        }

        var colon = name.IndexOf(':', StringComparison.Ordinal);
        if (colon == 0 || colon == name.Length - 1)
        {
            return $"The stage name '{Printable(name)}' has nothing before or after its colon.";
        }

        for (var i = 0; i < name.Length; i++)
        {
            if (i != colon && !char.IsAsciiLetterOrDigit(name[i]) && name[i] is not ('_' or '-' or '.'))
            {
                return $"The stage name '{Printable(name)}' may hold only A-Z a-z 0-9 _ - . and one colon.";
            }
        }

        return null;
    }

    public static string KindOf(string name) => name.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon ? name[..colon] : name;

    /// <summary>The group that a member belongs to, or null for a stage of its own.</summary>
    public static string? GroupOf(string name) => name.Contains(':', StringComparison.Ordinal) ? KindOf(name) : null;

    internal static string Printable(string text) =>
        string.Concat(text.Take(64).Select(c => char.IsControl(c) ? '?' : c));
}
