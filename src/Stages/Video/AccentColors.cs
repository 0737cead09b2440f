using System.Collections.Frozen;

namespace VideoGen.Stages.Video;

/// <summary>The accent colours that have names.</summary>
internal static class AccentColors
{
    public const string Default = "blue";

    private static readonly FrozenDictionary<string, string> Colors = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["blue"] = "#3B82F6",
        ["cyan"] = "#06B6D4",
        ["green"] = "#22C55E",
        ["orange"] = "#F97316",
        ["pink"] = "#EC4899",
        ["purple"] = "#8B5CF6",
        ["red"] = "#EF4444",
        ["teal"] = "#14B8A6",
        ["yellow"] = "#EAB308",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static IReadOnlyList<string> Names { get; } = [.. Colors.Keys.Order(StringComparer.Ordinal)];

    /// <summary><c>#RRGGBB</c> for a name of the table or a colour in that form, else null.</summary>
    public static string? Find(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var trimmed = text.Trim();
        return Colors.TryGetValue(trimmed, out var color) ? color
            : trimmed.Length == 7 && trimmed[0] == '#' && trimmed.Skip(1).All(char.IsAsciiHexDigit) ? trimmed.ToUpperInvariant()
            : null;
    }

    internal static string Unknown(string text) => $"'{text}' is not an accent colour; choose {string.Join(", ", Names)}, or write one as #RRGGBB";
}
