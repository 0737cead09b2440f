using System.Globalization;
using System.Text;
using System.Text.Json;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;

namespace VideoGen.Silo.Tests;

/// <summary>
/// Random calls after the description of the API, most of them wrong in some way: every answer is one that the description has for that address, with its type
/// of content, and none is a 500. VIDEOGEN_FUZZ says how many calls; a soak takes ten thousand.
/// </summary>
public sealed class FuzzTests(SiloApplication app) : IClassFixture<SiloApplication>
{
    private const int UsualCalls = 400;

    /// <summary>A key closes the door to the calls that follow, so none is made.</summary>
    private const string Closes = "/api/keys";

    private static readonly string[] Names =
    [
        "fuzz-1", "fuzz-2", "nobody", "..x", ".x", "a b", "draw", "draw:one", "default", "%00", "\u00e9", new('x', 300),
        "1.8a9d3ac26a514a4c9d0f8d7a5a1f0c11", "team:docs", "status", "0", "-1", "99999999999999999999", "1e400", "NaN", "'\"<>", "pending", "cancel",
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryAnswerIsOneThatTheDescriptionHas()
    {
        var calls = int.TryParse(Environment.GetEnvironmentVariable("VIDEOGEN_FUZZ"), CultureInfo.InvariantCulture, out var many) ? many : UsualCalls;
        var random = new Random(20_261_127);
        using var description = JsonDocument.Parse(await app.Http.GetStringAsync("/openapi/v1.json", Stop));
        var operations = description.RootElement.GetProperty("paths").EnumerateObject()
            .Where(path => !path.Name.StartsWith(Closes, StringComparison.Ordinal))
            .SelectMany(path => path.Value.EnumerateObject(), (path, operation) => (Path: path.Name, Method: operation.Name, Operation: operation.Value))
            .ToArray();
        for (var call = 0; call < calls; call++)
        {
            if (call % 50 == 0)
            {
                await CreateAsync();
            }

            var (path, method, operation) = operations[random.Next(operations.Length)];
            using var request = Make(random, description.RootElement, path, method, operation);
            using var answer = await app.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
            var status = ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture);
            var what = $"{call}: {request.Method} {request.RequestUri} answered {status} {answer.Content.Headers.ContentType}";

            // What the server refuses before it knows the address, such as a path that is none, is no answer of the address.
            var isDescribed = operation.GetProperty("responses").TryGetProperty(status, out var described);
            Assert.True(isDescribed || (status == "404" && path.Contains('{', StringComparison.Ordinal)) || status == "405", what);
            Assert.NotEqual("500", status);
            if (isDescribed && answer.Content.Headers.ContentType?.MediaType is { } type && answer.Content.Headers.ContentLength != 0)
            {
                Assert.True(
                    Resolve(description.RootElement, described).TryGetProperty("content", out var content)
                        && content.EnumerateObject().Any(known => known.Name.Split(';')[0] == type),
                    what);
            }
        }
    }

    private static HttpRequestMessage Make(Random random, JsonElement description, string path, string method, JsonElement operation)
    {
        var address = new StringBuilder();
        foreach (var part in path.Split('/').Skip(1))
        {
            address.Append('/').Append(part.StartsWith('{') ? Escape(random, Names[random.Next(Names.Length)]) : part);
        }

        var separator = '?';
        var parameters = operation.TryGetProperty("parameters", out var all) ? all.EnumerateArray().ToArray() : [];
        foreach (var parameter in parameters.Where(parameter => parameter.GetProperty("in").GetString() == "query" && random.Next(3) == 0))
        {
            var value = Uri.EscapeDataString(Names[random.Next(Names.Length)]);
            address.Append(separator).Append(parameter.GetProperty("name").GetString()).Append('=').Append(value);
            separator = '&';
        }

        var request = new HttpRequestMessage(HttpMethod.Parse(method), new Uri(address.ToString(), UriKind.Relative));
        foreach (var header in new[] { "If-Match", "If-None-Match", "Idempotency-Key", "VideoGen-Lease", "Last-Event-ID", "Repr-Digest", "Range" })
        {
            if (random.Next(6) == 0)
            {
                request.Headers.TryAddWithoutValidation(header, Ascii(Names[random.Next(Names.Length)]));
            }
        }

        if (operation.TryGetProperty("requestBody", out var body) && random.Next(8) > 0)
        {
            var contents = Resolve(description, body).GetProperty("content").EnumerateObject().ToArray();
            var content = contents[random.Next(contents.Length)];
            var text = content.Name.EndsWith("json", StringComparison.Ordinal)
                ? Json(random, description, content.Value.GetProperty("schema"), 0)
                : Names[random.Next(Names.Length)];
            if (random.Next(10) == 0)
            {
                text = text[..random.Next(text.Length + 1)];
            }

            request.Content = new StringContent(text, Encoding.UTF8);
            request.Content.Headers.Remove("Content-Type");
            request.Content.Headers.TryAddWithoutValidation("Content-Type", random.Next(12) == 0 ? "x/y" : content.Name);
        }

        return request;
    }

    /// <summary>A value that mostly is what the schema says.</summary>
    private static string Json(Random random, JsonElement description, JsonElement schema, int depth)
    {
        schema = Resolve(description, schema);
        if (random.Next(15) == 0)
        {
            return new[] { "null", "[]", "{}", "1", "\"\\ud800\"", "true", "1e999", new string('[', 200) }[random.Next(8)];
        }

        var type = schema.TryGetProperty("type", out var kind)
            ? kind.ValueKind == JsonValueKind.Array ? kind[kind.GetArrayLength() - 1].GetString() : kind.GetString()
            : "object";
        switch (type)
        {
            case "object" when schema.TryGetProperty("properties", out var properties) && depth < 5:
                var required = schema.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(name => name.GetString()).ToHashSet() : [];
                return "{" + string.Join(", ", properties.EnumerateObject()
                    .Where(member => required.Contains(member.Name) ? random.Next(20) > 0 : random.Next(3) == 0)
                    .Select(member => $"\"{member.Name}\": {Member(random, description, member, depth)}")) + "}";
            case "array" when schema.TryGetProperty("items", out var items) && depth < 5:
                return "[" + string.Join(", ", Enumerable.Range(0, random.Next(3)).Select(_ => Json(random, description, items, depth + 1))) + "]";
            case "integer":
                return random.Next(4) == 0 ? "-99999999999" : random.Next(3).ToString(CultureInfo.InvariantCulture);
            case "number":
                return random.Next(4) == 0 ? "-1e308" : (random.NextDouble() * 2).ToString(CultureInfo.InvariantCulture);
            case "boolean":
                return random.Next(2) == 0 ? "true" : "false";
            case "string":
                return schema.TryGetProperty("format", out var format) && format.GetString() == "uuid"
                    ? $"\"{Guid.NewGuid()}\""
                    : JsonSerializer.Serialize(Names[random.Next(Names.Length)]);
            default:
                return random.Next(2) == 0 ? "{}" : "{\"name\": \"p\", \"stages\": [{\"name\": \"draw\"}]}";
        }
    }

    /// <summary>A call that waits for long would be a test that waits for long.</summary>
    private static string Member(Random random, JsonElement description, JsonProperty member, int depth) =>
        member.Name == "wait_s" ? "0.05" : Json(random, description, member.Value, depth + 1);

    private static JsonElement Resolve(JsonElement description, JsonElement element)
    {
        if (element.TryGetProperty("oneOf", out var choices))
        {
            element = choices[choices.GetArrayLength() - 1];
        }

        return element.TryGetProperty("$ref", out var reference)
            ? reference.GetString()!.Split('/').Skip(1).Aggregate(description, (at, part) => at.GetProperty(part))
            : element;
    }

    private static string Escape(Random random, string name) =>
        name.Contains('%', StringComparison.Ordinal) && random.Next(2) == 0 ? name : Uri.EscapeDataString(name);

    private static string Ascii(string text) => new([.. text.Where(c => c is >= ' ' and < '\x7f')]);

    private async Task CreateAsync()
    {
        foreach (var name in new[] { "fuzz-1", "fuzz-2" })
        {
            var pipeline = new PipelineDefinition { Name = "p", Stages = [new StageDefinition { Name = "draw" }] };
            await app.Grains.GetGrain<ITaskStateGrain>(name).ExecuteAsync(
                OperationId.Create(TimeProvider.System), new CreateTask(TaskId.Parse(name), JsonText.EmptyObject, pipeline));
        }
    }
}
