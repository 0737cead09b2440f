using System.Collections.Immutable;
using System.Text.Json;
using VideoGen.Tasks;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Rules;

namespace VideoGen.Client.Pipelines;

/// <summary>
/// Pipelines as JSON that people write: <c>{"name": "poster", "stages": [{"name": "render", "depends_on": ["fetch"]}]}</c>. The members are those of the stored
/// definition, and what is left out has its usual value. Comments and trailing commas are allowed. <c>docs/pipeline.schema.json</c> tells editors of it.
/// </summary>
public static class PipelineJson
{
    /// <summary>Bytes of a definition.</summary>
    public const int MaxBytes = 1024 * 1024;

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Reads a definition and validates it as a whole.</summary>
    /// <exception cref="PipelineFormatException">It is none; each mistake is named with its place.</exception>
    public static PipelineDefinition Parse(ReadOnlyMemory<byte> json) => Parse(json, Read);

    /// <summary>Reads stages that a stage adds when it completes: a list in the form of <c>stages</c>. The task that takes them validates them.</summary>
    /// <exception cref="PipelineFormatException">It is none; each mistake is named with its place.</exception>
    public static ImmutableArray<StageDefinition> ParseStages(ReadOnlyMemory<byte> json) => Parse(json, static root =>
    {
        var places = new JsonPlaces();
        var stages = places.List(root, "stages", Limits.MaxStages, (stage, at) => ReadStage(places, stage, at));
        return places.Problems.IsEmpty ? stages : throw new PipelineFormatException(places.Problems);
    });

    private static T Parse<T>(ReadOnlyMemory<byte> json, Func<JsonElement, T> read)
    {
        if (json.Length > MaxBytes)
        {
            throw Wrong("", $"The pipeline has {json.Length} bytes; {MaxBytes} is the most.");
        }

        try
        {
            using var document = JsonDocument.Parse(json, Lenient);
            return read(document.RootElement);
        }
        catch (JsonException exception)
        {
            throw Wrong("", $"The pipeline is not JSON: {exception.Message}");
        }
        catch (InvalidOperationException)
        {
            throw Wrong("", "A text of the pipeline is not Unicode: it holds half of a surrogate pair.");
        }
    }

    private static PipelineFormatException Wrong(string path, string message) => new([new PipelineProblem(path, message)]);

    private static PipelineDefinition Read(JsonElement root)
    {
        var places = new JsonPlaces();
        string? name = null;
        ImmutableArray<StageDefinition>? stages = null;
        var version = 1;
        TimeSpan? timeout = null;
        var isObject = places.Members(root, "", "a pipeline", new Dictionary<string, Action<JsonElement, string>>
        {
            ["$schema"] = static (_, _) => { },
            ["name"] = (element, path) => name = places.Text(element, path) ?? "",
            ["version"] = (element, path) => version = places.Whole(element, path, otherwise: 1),
            ["timeout"] = (element, path) => timeout = places.Time(element, path),
            ["stages"] = (element, path) => stages = places.List(element, path, Limits.MaxStages, (stage, at) => ReadStage(places, stage, at)),
        });
        if (isObject && name is null)
        {
            places.Note("name", "A pipeline needs a name.");
        }

        if (isObject && stages is null)
        {
            places.Note("stages", "A pipeline needs stages.");
        }

        if (!places.Problems.IsEmpty)
        {
            throw new PipelineFormatException(places.Problems);
        }

        var pipeline = new PipelineDefinition { Name = name!, Version = version, Stages = stages!.Value, Timeout = timeout };
        var problems = PipelineValidation.Find(pipeline);
        return problems.IsEmpty ? pipeline : throw new PipelineFormatException(problems);
    }

    private static StageDefinition? ReadStage(JsonPlaces places, JsonElement root, string place)
    {
        StageName? name = null;
        var stage = new StageDefinition { Name = default };
        var isObject = places.Members(root, place, "a stage", new Dictionary<string, Action<JsonElement, string>>
        {
            ["name"] = (element, path) => name = places.Stage(element, path) ?? default(StageName),
            ["depends_on"] = (element, path) => stage = stage with
            {
                DependsOn = [.. places.List(element, path, Limits.MaxStages, (entry, at) => places.Stage(entry, at)).Select(known => known!.Value)],
            },
            ["queue"] = (element, path) => stage = stage with { Queue = places.Text(element, path) ?? "" },
            ["critical"] = (element, path) => stage = stage with { Critical = places.Flag(element, path) },
            ["is_group"] = (element, path) => stage = stage with { IsGroup = places.Flag(element, path) },
            ["retry"] = (element, path) => stage = stage with { Retry = ReadRetry(places, element, path) },
            ["run_timeout"] = (element, path) => stage = stage with { RunTimeout = places.Time(element, path) },
            ["needs"] = (element, path) => stage = stage with { Needs = places.List(element, path, Limits.MaxStages, places.Text) },
            ["limits"] = (element, path) => stage = stage with
            {
                Limits = places.List(element, path, Limits.MaxStages, (entry, at) => ReadLimit(places, entry, at)),
            },
            ["parameters"] = (element, path) => stage = stage with { Parameters = JsonText.FromElement(element) },
        });
        if (isObject && name is null)
        {
            places.Note(place, "A stage needs a name.");
        }

        return isObject && name is { } known ? stage with { Name = known } : null;
    }

    private static RetryPolicy ReadRetry(JsonPlaces places, JsonElement root, string place)
    {
        var retry = RetryPolicy.Default;
        places.Members(root, place, "a retry policy", new Dictionary<string, Action<JsonElement, string>>
        {
            ["max_attempts"] = (element, path) => retry = retry with { MaxAttempts = places.Whole(element, path, retry.MaxAttempts) },
            ["first_delay"] = (element, path) => retry = retry with { FirstDelay = places.Time(element, path) ?? retry.FirstDelay },
            ["factor"] = (element, path) => retry = retry with { Factor = places.Number(element, path, retry.Factor) },
            ["max_delay"] = (element, path) => retry = retry with { MaxDelay = places.Time(element, path) ?? retry.MaxDelay },
            ["jitter"] = (element, path) => retry = retry with { Jitter = places.Number(element, path, retry.Jitter) },
            ["non_retryable_codes"] = (element, path) =>
                retry = retry with { NonRetryableCodes = places.List(element, path, Limits.MaxStages, places.Text) },
        });
        return retry;
    }

    /// <summary>A name, or a name with a weight.</summary>
    private static StageLimit? ReadLimit(JsonPlaces places, JsonElement root, string place)
    {
        if (root.ValueKind == JsonValueKind.String)
        {
            return new StageLimit(root.GetString()!);
        }

        string? name = null;
        var weight = 1;
        places.Members(root, place, "a limit", new Dictionary<string, Action<JsonElement, string>>
        {
            ["name"] = (element, path) => name = places.Text(element, path) ?? "",
            ["weight"] = (element, path) => weight = places.Whole(element, path, otherwise: 1),
        });
        if (name is null)
        {
            places.Note(place, "A limit is its name in quotes, or an object with a name and a weight.");
        }

        return name is null ? null : new StageLimit(name, weight);
    }
}
