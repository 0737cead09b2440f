using System.Collections.Frozen;

namespace VideoGen.Stages.Narration;

/// <summary>Signs and the words for them, written as <c>sign=words;sign=words</c>.</summary>
internal static class WordPairs
{
    public static FrozenDictionary<string, string> Of(string pairs) =>
        pairs.Split(';').Select(pair => pair.Split('=')).ToFrozenDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
}
