using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace VideoGen.Stages.Text;

/// <summary>The languages that somebody wants a video in, written one behind the other: <c>de, fr</c>.</summary>
internal static class TranslationTags
{
    /// <summary>Reads a list, each language once, and says in the caller's words why something else is none.</summary>
    /// <param name="text">Tags or names, between commas.</param>
    /// <param name="max">The most languages.</param>
    /// <param name="tags">BCP 47, in the order of the list.</param>
    /// <param name="problem">What is wrong with it.</param>
    public static bool TryParse(string text, int max, out ImmutableArray<string> tags, [NotNullWhen(false)] out string? problem)
    {
        tags = [];
        problem = null;
        var found = new List<string>();
        foreach (var name in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (LanguageTags.Find(name) is not { } tag)
            {
                problem = name.Length == 0
                    ? $"'{text}' has an empty place between its commas; write tags such as de,fr"
                    : $"'{name}' is not a language; write a tag such as de, fr or pt-BR";
                return false;
            }

            found.Add(LanguageTags.Canonical(tag));
        }

        tags = [.. found.Distinct(StringComparer.Ordinal)];
        problem = tags.Length > max ? $"it names {tags.Length} languages; {max} are the most" : null;
        return problem is null;
    }
}
