using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace VideoGen.Silo.Tests;

[Collection(SharedSilo.Name)]
public sealed class OpenApiTests(SiloApplication app)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static string Approved => Path.Combine(Repository(), "docs", "openapi.json");

    /// <summary>The API is a promise: a change of it shows in review. VIDEOGEN_APPROVE=1 takes the present one as approved.</summary>
    [Fact]
    public async Task TheDescriptionIsTheOneThatWasApproved()
    {
        var node = await app.Http.GetFromJsonAsync<JsonNode>("/openapi/v1.json", Stop);
        var text = node!.ToJsonString(Indented).ReplaceLineEndings("\n") + "\n";
        if (Environment.GetEnvironmentVariable("VIDEOGEN_APPROVE") == "1")
        {
            await File.WriteAllTextAsync(Approved, text, Stop);
        }

        Assert.StartsWith("3.1", node["openapi"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(await File.ReadAllTextAsync(Approved, Stop), text);
    }

    [Fact]
    public async Task EveryAddressSaysWhatItMayAnswerWith()
    {
        var description = await app.Http.GetFromJsonAsync<JsonElement>("/openapi/v1.json", Stop);

        foreach (var path in description.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                var responses = operation.Value.GetProperty("responses").EnumerateObject().Select(response => response.Name).ToList();
                Assert.Contains(responses, status => status[0] == '2');
                Assert.Superset(new HashSet<string> { "400", "401", "403", "429", "500", "503" }, responses.ToHashSet());
                Assert.True(operation.Value.TryGetProperty("summary", out _), $"{operation.Name} {path.Name} says nothing of itself.");
            }
        }
    }

    [Fact]
    public async Task EveryProblemHasAPage()
    {
        var list = await app.Http.GetStringAsync("/problems", Stop);
        foreach (var type in Api.ProblemType.All)
        {
            Assert.Contains(type.Address, list, StringComparison.Ordinal);
            Assert.Contains(type.Title, await app.Http.GetStringAsync(type.Address, Stop), StringComparison.Ordinal);
        }
    }

    internal static string Repository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "VideoGen.Orleans.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The repository was not found.");
        }

        return folder;
    }
}
