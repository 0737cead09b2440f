using System.Text.RegularExpressions;
using VideoGen.Stages.Video;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace VideoGen.Stages.Documents;

/// <summary>
/// What a document says about its own video, in YAML between two lines <c>---</c> at its head: title, author, voice, accent, language, size. Other keys are
/// passed over.
/// </summary>
/// <remarks>The YAML is read as a stream of events: aliases are never followed, so nothing can be blown up by them.</remarks>
internal sealed partial record FrontMatter
{
    /// <summary>The most characters between the two lines.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>The most levels of nested collections.</summary>
    public const int MaxDepth = 32;

    /// <summary>The most characters of one value; a longer one is cut.</summary>
    public const int MaxValueLength = 200;

    public string? Title { get; init; }

    public string? Author { get; init; }

    public string? Voice { get; init; }

    /// <summary><c>#RRGGBB</c>.</summary>
    public string? AccentColor { get; init; }

    /// <summary>BCP 47.</summary>
    public string? Language { get; init; }

    public FrameSize? Size { get; init; }

    /// <summary>Splits a document into its front matter and the rest.</summary>
    /// <exception cref="DocumentException"><c>document.front_matter</c>, with the line.</exception>
    public static (FrontMatter FrontMatter, string Body) Split(string text, string name)
    {
        ArgumentNullException.ThrowIfNull(text);
        var match = Fence().Match(text);
        if (!match.Success)
        {
            return (new FrontMatter(), text);
        }

        var yaml = match.Groups["yaml"].Value;
        if (yaml.Length > MaxLength)
        {
            throw Invalid(name, 1, $"it has {yaml.Length:N0} characters; {MaxLength:N0} are the most");
        }

        try
        {
            // A document may also begin with a horizontal rule; what follows that is not a mapping.
            return Read(yaml, name) is { } found ? (found, text[match.Length..]) : (new FrontMatter(), text);
        }
        catch (YamlException exception)
        {
            // The first line of the YAML is the second of the document.
            throw Invalid(name, exception.Start.Line + 1, $"it is not valid YAML ({exception.Message.Trim().TrimEnd('.')})");
        }
    }

    private static FrontMatter? Read(string yaml, string name)
    {
        var parser = new Parser(new StringReader(yaml));
        parser.Consume<StreamStart>();
        parser.Consume<DocumentStart>();
        if (!parser.TryConsume<MappingStart>(out _))
        {
            return null;
        }

        var result = new FrontMatter();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var line = (int)parser.Current!.Start.Line + 1;
            var key = ReadText(parser, name);
            var value = ReadText(parser, name);
            if (!string.IsNullOrWhiteSpace(key) && !string.IsNullOrWhiteSpace(value))
            {
                result = result.With(key.Trim().ToLowerInvariant(), Cut(value), name, line);
            }
        }

        return result;
    }

    private FrontMatter With(string key, string value, string name, int line) => key switch
    {
        "title" => this with { Title = value },
        "author" or "authors" => this with { Author = value },
        "voice" => this with { Voice = value },
        "accent" or "accent_color" or "accent-color" =>
            this with { AccentColor = AccentColors.Find(value) ?? throw Invalid(name, line, AccentColors.Unknown(value)) },
        "language" or "lang" => this with
        {
            Language = LanguageTag().IsMatch(value) ? value : throw Invalid(name, line, $"'{value}' is not a language; write a tag such as en or pt-BR"),
        },
        "size" => this with { Size = FrameSize.TryParse(value, out var size, out var problem) ? size : throw Invalid(name, line, problem) },
        _ => this,
    };

    /// <summary>A scalar, or a list of scalars joined by commas; null for anything else.</summary>
    private static string? ReadText(Parser parser, string name)
    {
        if (parser.TryConsume<Scalar>(out var scalar))
        {
            return scalar.Value;
        }

        var parts = new List<string>();
        var depth = 0;
        var flat = parser.Current is SequenceStart;
        do
        {
            switch (parser.Current)
            {
                case MappingStart or SequenceStart when ++depth > MaxDepth:
                    throw Invalid(name, parser.Current.Start.Line + 1, $"it is nested deeper than {MaxDepth} levels");
                case MappingEnd or SequenceEnd:
                    depth--;
                    break;
                case Scalar item when depth == 1:
                    parts.Add(item.Value);
                    break;
                default:
                    break;
            }

            parser.MoveNext();
        }
        while (depth > 0);
        return flat && parts.Count > 0 ? string.Join(", ", parts) : null;
    }

    private static string Cut(string value)
    {
        var line = string.Join(' ', value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= MaxValueLength ? line : string.Concat(line.AsSpan(0, MaxValueLength - 1), "…");
    }

    private static DocumentException Invalid(string name, long line, string why) =>
        new("document.front_matter", $"The front matter of {name} cannot be used, line {line}: {why}. Correct it, or remove the lines between the two '---'.");

    [GeneratedRegex(@"\A---[ \t]*\n(?=[^\s])(?<yaml>(?:(?!(?:---|\.\.\.)[ \t]*(?:\n|\z)).*\n)*)(?:---|\.\.\.)[ \t]*(?:\n|\z)", RegexOptions.ExplicitCapture)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\A[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}\z", RegexOptions.ExplicitCapture)]
    private static partial Regex LanguageTag();
}
