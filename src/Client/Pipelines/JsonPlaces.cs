using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using VideoGen.Tasks;
using VideoGen.Tasks.Rules;

namespace VideoGen.Client.Pipelines;

/// <summary>Reads values from JSON that a person wrote, and notes for each that is wrong where it stands and what was expected. The rest is read on.</summary>
internal sealed class JsonPlaces
{
    /// <summary>Mistakes that are noted; a file that is another kind of file has thousands.</summary>
    private const int MaxProblems = 1_000;

    /// <summary>Characters of a wrong value that a message shows.</summary>
    private const int MaxShown = 40;

    private readonly ImmutableArray<PipelineProblem>.Builder _problems = ImmutableArray.CreateBuilder<PipelineProblem>();

    public ImmutableArray<PipelineProblem> Problems => _problems.ToImmutable();

    public void Note(string path, string message)
    {
        if (_problems.Count < MaxProblems)
        {
            _problems.Add(new PipelineProblem(path, message));
        }
    }

    /// <summary>Goes through the members of an object. One that is null is taken as not there.</summary>
    /// <param name="element">The object.</param>
    /// <param name="path">Where it stands; empty for the whole.</param>
    /// <param name="what">What it is: <c>a stage</c>.</param>
    /// <param name="members">What each member is for; each is called once at most.</param>
    /// <returns>Whether it is an object.</returns>
    public bool Members(JsonElement element, string path, string what, IReadOnlyDictionary<string, Action<JsonElement, string>> members)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            Note(path, $"This is {what}, which is an object in braces, not {Show(element)}.");
            return false;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            var place = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
            if (!members.TryGetValue(member.Name, out var read))
            {
                Note(Cut(place), $"There is no such member. {Capital(what)} has {string.Join(", ", members.Keys)}.");
            }
            else if (!seen.Add(member.Name))
            {
                Note(place, "It is there twice.");
            }
            else if (member.Value.ValueKind != JsonValueKind.Null)
            {
                read(member.Value, place);
            }
        }

        return true;
    }

    public string? Text(JsonElement element, string path)
    {
        if (element.ValueKind == JsonValueKind.String)
        {
            return element.GetString();
        }

        Note(path, $"This is a text in quotes, not {Show(element)}.");
        return null;
    }

    public bool Flag(JsonElement element, string path)
    {
        if (element.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Note(path, $"This is true or false, not {Show(element)}.");
        }

        return element.ValueKind == JsonValueKind.True;
    }

    public int Whole(JsonElement element, string path, int otherwise)
    {
        if (element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var number))
        {
            return number;
        }

        Note(path, $"This is a whole number, not {Show(element)}.");
        return otherwise;
    }

    public double Number(JsonElement element, string path, double otherwise)
    {
        if (element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out var number))
        {
            return number;
        }

        Note(path, $"This is a number, not {Show(element)}.");
        return otherwise;
    }

    /// <summary>A length of time: <c>90s</c>, <c>1.5h</c>, <c>500ms</c>, <c>2d</c>; or as it is stored, <c>00:01:30</c>.</summary>
    public TimeSpan? Time(JsonElement element, string path)
    {
        if (element.ValueKind == JsonValueKind.String && TryParseTime(element.GetString()!, out var time))
        {
            return time;
        }

        Note(path, $"This is a time such as \"30s\", \"10m\", \"2h\" or \"1d\", not {Show(element)}.");
        return null;
    }

    public StageName? Stage(JsonElement element, string path)
    {
        if (Text(element, path) is not { } text)
        {
            return null;
        }

        if (StageName.TryParse(text, out var name, out var problem))
        {
            return name;
        }

        Note(path, problem!);
        return null;
    }

    /// <param name="element">The list.</param>
    /// <param name="path">Where it stands.</param>
    /// <param name="most">Entries that are read; more are one mistake.</param>
    /// <param name="read">Reads one; null for one that is wrong.</param>
    public ImmutableArray<T> List<T>(JsonElement element, string path, int most, Func<JsonElement, string, T?> read)
    {
        if (element.ValueKind != JsonValueKind.Array)
        {
            Note(path, $"This is a list in brackets, not {Show(element)}.");
            return [];
        }

        if (element.GetArrayLength() > most)
        {
            Note(path, $"The list has {element.GetArrayLength()} entries; {most} is the most.");
            return [];
        }

        var entries = ImmutableArray.CreateBuilder<T>();
        var at = 0;
        foreach (var entry in element.EnumerateArray())
        {
            if (read(entry, $"{path}[{at++}]") is { } value)
            {
                entries.Add(value);
            }
        }

        return entries.ToImmutable();
    }

    private static bool TryParseTime(string text, out TimeSpan time)
    {
        if (TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out time) && text.Contains(':', StringComparison.Ordinal))
        {
            return true;
        }

        var digits = text.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        TimeSpan? unit = text[digits..] switch
        {
            "ms" => TimeSpan.FromMilliseconds(1),
            "s" => TimeSpan.FromSeconds(1),
            "m" or "min" => TimeSpan.FromMinutes(1),
            "h" => TimeSpan.FromHours(1),
            "d" => TimeSpan.FromDays(1),
            _ => null,
        };
        time = default;
        if (unit is null || !double.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            || count > Limits.MaxDuration / unit.Value)
        {
            return false;
        }

        time = unit.Value * count;
        return true;
    }

    private static string Show(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.Null => "null",
        _ => Cut(element.GetRawText()),
    };

    private static string Cut(string text)
    {
        var plain = string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
        return plain.Length <= MaxShown ? plain : $"{plain[..MaxShown]}…";
    }

    private static string Capital(string text) => $"{char.ToUpperInvariant(text[0])}{text[1..]}";
}
