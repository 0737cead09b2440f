using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.Client.Documents;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Api.Creation;

/// <summary>What a caller chooses for the video of a document: the fields of a form, or the parameters of the address.</summary>
internal sealed class CreationChoices
{
    /// <summary>Fields in all, labels included.</summary>
    private const int MaxFields = 64;

    /// <summary>Characters of one of them.</summary>
    public const int MaxLength = 512;

    private static readonly string[] Known =
        ["name", "id", "voice", "accent", "theme", "size", "title", "language", "translate", "ai", "fresh", "priority", "keep_days", "label", "fair"];

    private readonly Dictionary<string, string> _fields = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _labels = new(StringComparer.Ordinal);

    /// <summary>The name of the document; null when nothing says it.</summary>
    public string? Name => _fields.GetValueOrDefault("name");

    /// <summary>Null when the field is taken, else what is wrong with it.</summary>
    public string? Add(string name, string value)
    {
        if (!Known.Contains(name))
        {
            return $"There is no field '{NameText.Printable(name)}'. There are document, picture, {string.Join(", ", Known)}.";
        }

        if (value.Length > MaxLength || _fields.Count + _labels.Count >= MaxFields)
        {
            return $"A field has at most {MaxLength} characters, and there are at most {MaxFields} of them.";
        }

        if (name == "label")
        {
            return LabelText.TryParse(value, out var label) && _labels.TryAdd(label.Key, label.Value)
                ? null
                : $"A label is written KEY=VALUE, each key once; '{NameText.Printable(value)}' is not.";
        }

        return _fields.TryAdd(name, value) ? null : $"The field '{name}' is there twice.";
    }

    public HandedDocument? ToDocument(string path, out ProblemHttpResult? problem)
    {
        TaskId? task = null;
        problem = null;
        if (_fields.TryGetValue("id", out var id))
        {
            if (!TaskId.TryParse(id, out var given, out var wrong))
            {
                problem = Problems.BadRequest(wrong!);
                return null;
            }

            task = given;
        }

        if (!TryFlag("ai", out var useAi, out problem))
        {
            return null;
        }

        return new HandedDocument(path)
        {
            Id = task,
            Voice = _fields.GetValueOrDefault("voice"),
            Accent = _fields.GetValueOrDefault("accent"),
            Theme = _fields.GetValueOrDefault("theme"),
            Size = _fields.GetValueOrDefault("size"),
            Title = _fields.GetValueOrDefault("title"),
            Language = _fields.GetValueOrDefault("language"),
            Translate = _fields.GetValueOrDefault("translate"),
            UseAi = useAi,
        };
    }

    /// <summary>The command with what was chosen beside the video itself.</summary>
    public CreateTask? Complete(CreateTask create, out ProblemHttpResult? problem)
    {
        if (!TryFlag("fresh", out var fresh, out problem) || !TryNumber("priority", out var priority, out problem)
            || !TryNumber("keep_days", out var days, out problem))
        {
            return null;
        }

        if (days is < 0 or > CreationApi.MaxKeepDays)
        {
            problem = Problems.Of(ProblemType.Unprocessable, $"keep_days is a number from 0 to {CreationApi.MaxKeepDays}.");
            return null;
        }

        FairShare? share = null;
        if (_fields.TryGetValue("fair", out var fair))
        {
            var (key, weight) = fair.Split('=', 2) is [var name, var number] ? (name, number) : (fair, "1");
            if (!double.TryParse(weight, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            {
                problem = Problems.BadRequest("The field 'fair' is written KEY or KEY=WEIGHT.");
                return null;
            }

            share = new FairShare(key, value);
        }

        return create with
        {
            Fresh = fresh,
            Priority = priority ?? 0,
            Retention = days is { } kept ? TimeSpan.FromDays(kept) : null,
            FairShare = share,
            Labels = TaskState.NoLabels.SetItems(_labels),
        };
    }

    private bool TryFlag(string name, out bool value, out ProblemHttpResult? problem)
    {
        value = false;
        problem = null;
        switch (_fields.GetValueOrDefault(name))
        {
            case null or "false" or "0":
                return true;
            case "true" or "1" or "":
                return value = true;
            default:
                problem = Problems.BadRequest($"The field '{name}' is true or false.");
                return false;
        }
    }

    private bool TryNumber(string name, out int? value, out ProblemHttpResult? problem)
    {
        value = null;
        problem = null;
        if (!_fields.TryGetValue(name, out var text))
        {
            return true;
        }

        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            value = number;
            return true;
        }

        problem = Problems.BadRequest($"The field '{name}' is a whole number.");
        return false;
    }
}
