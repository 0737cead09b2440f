using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using VideoGen.Client.Pipelines;
using VideoGen.Client.Stages;
using VideoGen.Files;
using VideoGen.Tasks.Json;

namespace VideoGen.Stages.Programs;

/// <summary>
/// What a program says of its work besides the files that it made, in <c>result.json</c> of its folder:
/// <c>{"result": {…}, "warnings": ["…"], "add_stages": [{"name": "part:1"}]}</c>, of which nothing has to be there.
/// </summary>
internal static class ProgramResult
{
    private const string Name = "result.json";
    private const int MaxBytes = 1024 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <exception cref="StageFailedException">There is such a file, and it is none of this form.</exception>
    public static StageResult Read(StageContext context, ProgramFolder folder)
    {
        var path = Path.Combine(folder.Root, Name);
        if (new FileInfo(path).LinkTarget is not null)
        {
            throw Refused(context, "is a link, which may lead out of its folder");
        }

        if (!Path.Exists(path))
        {
            return StageResult.Empty;
        }

        try
        {
            using var document = JsonDocument.Parse(ReadBytes(context, path), Strict);
            return Read(context, document.RootElement);
        }
        catch (PipelineFormatException exception)
        {
            throw Refused(context, $"adds stages that are none: {exception.Message}");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or IOException)
        {
            throw Refused(context, $"cannot be read as JSON: {exception.Message}");
        }
    }

    private static StageResult Read(StageContext context, JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw Refused(context, "is no object in braces");
        }

        var result = StageResult.Empty;
        foreach (var member in root.EnumerateObject())
        {
            result = member.Name switch
            {
                "result" => result with { TaskResult = JsonText.FromElement(member.Value) },
                "warnings" when IsTexts(member.Value) => result with { Warnings = [.. member.Value.EnumerateArray().Select(text => text.GetString()!)] },
                "add_stages" => result with { FanOut = PipelineJson.ParseStages(Encoding.UTF8.GetBytes(member.Value.GetRawText())) },
                "warnings" => throw Refused(context, "has warnings that are no list of texts"),
                _ => throw Refused(context, $"has a member '{Printable(member.Name)}'; it has result, warnings, add_stages"),
            };
        }

        return result;
    }

    private static byte[] ReadBytes(StageContext context, string path)
    {
        using var stream = new FileStream(RegularFile.OpenRead(path), FileAccess.Read, bufferSize: 0);
        if (stream.Length > MaxBytes)
        {
            throw Refused(context, $"has {stream.Length} bytes; {MaxBytes} is the most");
        }

        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static bool IsTexts(JsonElement list) =>
        list.ValueKind == JsonValueKind.Array && list.EnumerateArray().All(text => text.ValueKind == JsonValueKind.String);

    private static string Printable(string text) => string.Concat(text.Take(40).Select(c => char.IsControl(c) ? '?' : c));

    private static StageFailedException Refused(StageContext context, string what) =>
        ProgramArtifacts.Refused(context, $"its {Name} {what}");
}
