using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace VideoGen.Stages.Documents;

/// <summary>
/// Reads the head of a document into names and values: a text, a list, or names and values again. Where it is not quite what it says, the lines that
/// can be read are read.
/// </summary>
/// <remarks>YAML is read as a stream of events: aliases are never followed, so nothing can be blown up by them.</remarks>
internal static partial class HeadReader
{
    public static (List<KeyValuePair<string, object?>>? Entries, string? Problem) Yaml(string head)
    {
        try
        {
            var parser = new Parser(new StringReader(head));
            parser.Consume<StreamStart>();
            parser.Consume<DocumentStart>();
            return parser.Current is MappingStart ? ((List<KeyValuePair<string, object?>>?)ReadNode(parser, 0), null) : (null, null);
        }
        catch (TooDeepException)
        {
            return (null, $"it is nested deeper than {FrontMatter.MaxDepth} levels");
        }
        catch (YamlException exception)
        {
            // The first line of the YAML is the second of the document. "title: A: B" is no YAML, and everybody understands it.
            return (Lines(head, ':'),
                $"line {exception.Start.Line + 1} is not valid YAML ({exception.Message.Trim().TrimEnd('.')}); what could be read by lines is used");
        }
    }

    public static (List<KeyValuePair<string, object?>>? Entries, string? Problem) Toml(string head)
    {
        // Tables of TOML are of other programs, and so are their keys.
        var own = string.Concat(head.Split('\n').TakeWhile(line => !line.TrimStart().StartsWith('[')).Select(line => line + "\n"));
        var entries = Lines(own, '=');
        var table = PronounceTable().Match(head);
        if (table.Success)
        {
            entries.Add(new("pronounce", Lines(table.Groups["lines"].Value, '=')));
        }

        return (entries, null);
    }

    public static (List<KeyValuePair<string, object?>>? Entries, string? Problem) Json(string head)
    {
        try
        {
            using var document = JsonDocument.Parse(head,
                new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = FrontMatter.MaxDepth });
            return ((List<KeyValuePair<string, object?>>?)Of(document.RootElement), null);
        }
        catch (JsonException)
        {
            return (null, null);
        }
    }

    public static (List<KeyValuePair<string, object?>>? Entries, string? Problem) Pandoc(string head)
    {
        var lines = head.Split('\n').Where(line => line.StartsWith('%')).Select(line => line[1..].Trim()).ToList();
        var entries = new List<KeyValuePair<string, object?>> { new("title", lines[0]) };
        if (lines.Count > 1)
        {
            entries.Add(new("author", lines[1].Replace(";", ",", StringComparison.Ordinal)));
        }

        return (entries, null);
    }

    /// <summary>A text; a list of texts by commas; of people their names. Null for anything else.</summary>
    public static string? TextOf(object? node, bool ofPeople) => node switch
    {
        string text => text,
        List<object?> list when list.Select(item => TextOf(item, ofPeople)).Where(text => !string.IsNullOrWhiteSpace(text)).ToList() is { Count: > 0 } texts
            && (ofPeople || list.TrueForAll(item => item is string)) => string.Join(", ", texts),
        List<KeyValuePair<string, object?>> person when ofPeople =>
            person.FirstOrDefault(entry => entry.Key is "name" or "literal") is { Value: string name } ? name
            : string.Join(' ', person.Where(entry => entry.Key is "given" or "first" or "family" or "last").Select(entry => entry.Value as string)),
        _ => null,
    };

    private static object? Of(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().Select(member => new KeyValuePair<string, object?>(member.Name, Of(member.Value))).ToList(),
        JsonValueKind.Array => element.EnumerateArray().Select(Of).ToList(),
        JsonValueKind.Null => null,
        _ => element.ToString(),
    };

    private static object? ReadNode(Parser parser, int depth)
    {
        if (depth > FrontMatter.MaxDepth)
        {
            throw new TooDeepException();
        }

        if (parser.TryConsume<Scalar>(out var scalar))
        {
            return scalar.Value;
        }

        if (parser.TryConsume<SequenceStart>(out _))
        {
            var list = new List<object?>();
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                list.Add(ReadNode(parser, depth + 1));
            }

            return list;
        }

        if (parser.TryConsume<MappingStart>(out _))
        {
            var entries = new List<KeyValuePair<string, object?>>();
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                var key = ReadNode(parser, depth + 1) as string ?? "";
                entries.Add(new(key, ReadNode(parser, depth + 1)));
            }

            return entries;
        }

        parser.MoveNext();
        return null;
    }

    /// <summary>A name and a value a line, as far as lines are so.</summary>
    private static List<KeyValuePair<string, object?>> Lines(string head, char sign)
    {
        var entries = new List<KeyValuePair<string, object?>>();
        foreach (var line in head.Split('\n'))
        {
            var at = line.IndexOf(sign, StringComparison.Ordinal);
            if (at <= 0 || char.IsWhiteSpace(line[0]) || line[0] is '#' or '-')
            {
                continue;
            }

            var value = line[(at + 1)..].Trim();
            if (value.StartsWith('[') && value.EndsWith(']'))
            {
                entries.Add(new(Unquote(line[..at].Trim()), value[1..^1].Split(',').Select(item => (object?)Unquote(item.Trim())).ToList()));
            }
            else if (value.Length > 0 && value[0] is not ('{' or '[' or '|' or '>' or '&' or '*'))
            {
                entries.Add(new(Unquote(line[..at].Trim()), Unquote(value)));
            }
        }

        return entries;
    }

    private static string Unquote(string value) => value.Trim('"', '\'').Replace("\\\"", "\"", StringComparison.Ordinal);

    [GeneratedRegex(@"^\[pronounce\][ \t]*\n(?<lines>(?:[^\[\n][^\n]*\n|\n)*)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex PronounceTable();

    private sealed class TooDeepException : Exception
    {
    }
}
