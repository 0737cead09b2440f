using System.Globalization;
using System.Text.Json;
using VideoGen.Client.Stages;

namespace VideoGen.WordReport;

#region second-stage
/// <summary>Writes <c>report.md</c> out of what <see cref="WordCountStage"/> counted.</summary>
internal sealed class WordReportStage : IStage
{
    private const int Shown = 5;

    public string Kind => "word_report";

    public async Task<StageResult> ExecuteAsync(StageContext context, CancellationToken cancellationToken)
    {
        // The bytes were checked against the hash under which they were stored.
        var path = await context.OpenArtifactAsync("word_count", "counts.json", cancellationToken);
        var counts = JsonSerializer.Deserialize<Dictionary<string, int>>(await File.ReadAllTextAsync(path, cancellationToken))!;
        var lines = counts.Take(Shown).Select(count => string.Create(CultureInfo.InvariantCulture, $"{count.Value,6}  {count.Key}"));
        var file = Path.Combine(context.WorkingDirectory, "report.md");
        await File.WriteAllLinesAsync(file, [$"{counts.Values.Sum()} words, {counts.Count} of them different", .. lines], cancellationToken);
        return new StageResult { Artifacts = [await context.SaveArtifactAsync("report.md", file, "text/markdown", cancellationToken)] };
    }
}
#endregion
