using System.Collections.Immutable;
using System.Text.RegularExpressions;
using VideoGen.Stages.Text;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Documents;

/// <summary>
/// What a document says about its own video, in YAML between two lines <c>---</c> at its head, in TOML between two lines <c>+++</c>, or in JSON:
/// title, author, voice, accent, language, translate, size, pronounce. Other programs have heads too: keys that are not ours are passed over, and what does
/// not fit one of ours becomes a warning.
/// </summary>
internal sealed partial record FrontMatter
{
    /// <summary>The most characters between the two lines.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>The most levels of nested collections.</summary>
    public const int MaxDepth = 32;

    /// <summary>The most characters of one value; a longer one is cut.</summary>
    public const int MaxValueLength = 200;

    /// <summary>The most words whose pronunciation is given.</summary>
    public const int MaxPronounced = 500;

    public string? Title { get; init; }

    public string? Author { get; init; }

    public string? Voice { get; init; }

    /// <summary><c>#RRGGBB</c>.</summary>
    public string? AccentColor { get; init; }

    /// <summary>BCP 47.</summary>
    public string? Language { get; init; }

    /// <summary>The other languages (BCP 47) in which the video is made; null where it does not say.</summary>
    public ImmutableArray<string>? Translate { get; init; }

    /// <summary>Those of them that are not the document's own.</summary>
    /// <param name="language">Of the document.</param>
    public ImmutableArray<string> TranslationsFrom(string language) => [.. (Translate ?? []).Where(tag => !LanguageTags.IsSame(tag, language))];

    /// <summary>A name of <see cref="ThemeNames"/>.</summary>
    public string? Theme { get; init; }

    public FrameSize? Size { get; init; }

    /// <summary>How words are said that a voice would say wrong.</summary>
    public ImmutableSortedDictionary<string, string> Pronounce { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Every plain value by its name in small letters, for templates that ask for one.</summary>
    public ImmutableSortedDictionary<string, string> Values { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>What could not be used, in a person's words.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>Splits a document into its front matter and the rest.</summary>
    public static (FrontMatter FrontMatter, string Body) Split(string text, string name)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var (fence, read) in Kinds)
        {
            if (fence.Match(text) is not { Success: true } match)
            {
                continue;
            }

            var head = match.Groups["head"].Value;
            var body = text[match.Length..];
            if (head.Length > MaxLength)
            {
                return (new FrontMatter { Warnings = [Unused(name, $"it has {head.Length:N0} characters; {MaxLength:N0} are the most")] }, body);
            }

            var (entries, problem) = read(head);
            if (entries is null)
            {
                // A document may also begin with a horizontal rule; what follows that is no head.
                return problem is null ? (new FrontMatter(), text) : (new FrontMatter { Warnings = [Unused(name, problem)] }, body);
            }

            var result = entries.Aggregate(new FrontMatter(), (front, entry) => front.With(entry.Key.Trim().ToLowerInvariant(), entry.Value, name));
            return (problem is null ? result : result with { Warnings = result.Warnings.Insert(0, Unused(name, problem)) }, body);
        }

        return (new FrontMatter(), text);
    }

    private static ImmutableArray<(Regex Fence, Func<string, (List<KeyValuePair<string, object?>>?, string?)> Read)> Kinds { get; } =
        [(YamlFence(), HeadReader.Yaml), (TomlFence(), HeadReader.Toml), (JsonFence(), HeadReader.Json), (PandocTitle(), HeadReader.Pandoc)];

    private FrontMatter With(string key, object? node, string name)
    {
        if (key == "pronounce")
        {
            return this with { Pronounce = PronounceOf(node) };
        }

        var text = HeadReader.TextOf(node, key is "author" or "authors" or "creator");
        if (string.IsNullOrWhiteSpace(text))
        {
            return this;
        }

        var value = Cut(text);
        var known = this with { Values = Values.SetItem(key, value) };
        switch (key)
        {
            case "title":
                return known with { Title = value };
            case "author" or "authors" or "creator":
                return known with { Author = value };
            case "voice":
                return known with { Voice = value };
            case "accent" or "accent_color" or "accent-color":
                return AccentColors.Find(value) is { } color
                    ? known with { AccentColor = color }
                    : known.Without(name, $"{key}: {AccentColors.Unknown(value)}");
            case "language" or "lang" or "locale":
                return LanguageTags.Find(value) is { } tag
                    ? known with { Language = tag }
                    : known.Without(name, $"{key}: '{value}' is not a language; write a tag such as en or pt-BR");
            case "translate":
                // "yes" and "no" are words of other programs, although they look like tags.
                return value.ToLowerInvariant() is "yes" or "no"
                        ? known.Without(name, $"{key}: '{value}' is not a list of languages; write tags such as de, fr")
                    : TranslationTags.TryParse(value, DocumentVideoPipeline.MaxTranslations, out var tags, out var wrong) ? known with { Translate = tags }
                    : known.Without(name, $"{key}: {wrong}");
            case "theme":
                // Other programs have themes too, under names of theirs.
                return ThemeNames.All.Contains(value.Trim().ToLowerInvariant()) ? known with { Theme = value.Trim().ToLowerInvariant() } : known;
            case "size":
                return SizeOf(value) is { } size ? known with { Size = size }
                    : FrameSize.TryParse(value, out _, out var problem) ? this : known.Without(name, $"{key}: {problem}");
            default:
                return known;
        }
    }

    private FrontMatter Without(string name, string why) => this with { Warnings = Warnings.Add(Unused(name, why)) };

    /// <summary>A size, or a shape as programs for slides name it.</summary>
    private static FrameSize? SizeOf(string value) => value.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant() switch
    {
        "16:9" or "16/9" or "wide" => FrameSize.Default,
        "4:3" or "4/3" => new FrameSize(1440, 1080),
        "9:16" or "9/16" => new FrameSize(1080, 1920),
        "1:1" or "1/1" => new FrameSize(1080, 1080),
        "4k" => new FrameSize(3840, 2160),
        _ => FrameSize.TryParse(value, out var size, out _) ? size : null,
    };

    private static ImmutableSortedDictionary<string, string> PronounceOf(object? node) => node is List<KeyValuePair<string, object?>> entries
        ? entries.Where(entry => entry.Value is string { Length: > 0 } && entry.Key.Trim().Length > 0).Take(MaxPronounced)
            .ToImmutableSortedDictionary(entry => Cut(entry.Key), entry => Cut((string)entry.Value!), StringComparer.Ordinal)
        : ImmutableSortedDictionary<string, string>.Empty;

    private static string Cut(string value)
    {
        var line = string.Join(' ', value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= MaxValueLength ? line : string.Concat(line.AsSpan(0, MaxValueLength - 1), "…");
    }

    private static string Unused(string name, string why) => $"A part of the front matter of {name} is not used: {why.TrimEnd('.')}.";

    [GeneratedRegex(@"\A---[ \t]*\n(?=[^\s])(?<head>(?:(?!(?:---|\.\.\.)[ \t]*(?:\n|\z)).*\n)*)(?:---|\.\.\.)[ \t]*(?:\n|\z)", RegexOptions.ExplicitCapture)]
    private static partial Regex YamlFence();

    [GeneratedRegex(@"\A\+\+\+[ \t]*\n(?<head>(?:(?!\+\+\+[ \t]*(?:\n|\z)).*\n)*)\+\+\+[ \t]*(?:\n|\z)", RegexOptions.ExplicitCapture)]
    private static partial Regex TomlFence();

    [GeneratedRegex(@"\A(?<head>\{[ \t]*\n(?:(?!\}[ \t]*(?:\n|\z)).*\n)*\})[ \t]*(?:\n|\z)", RegexOptions.ExplicitCapture)]
    private static partial Regex JsonFence();

    /// <summary>pandoc's lines of title, authors and date.</summary>
    [GeneratedRegex(@"\A(?<head>% .*\n(?:%.*\n|[ \t]+\S.*\n){0,4})(?=\s*\n)", RegexOptions.ExplicitCapture)]
    private static partial Regex PandocTitle();
}
