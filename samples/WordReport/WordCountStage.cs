using System.Text.Json;
using VideoGen.Client.Stages;

namespace VideoGen.WordReport;

#region stage
/// <summary>Counts the words of <c>input.text</c> and writes the counts to <c>counts.json</c>.</summary>
internal sealed class WordCountStage : IStage
{
    public string Kind => "word_count";

    public async Task<StageResult> ExecuteAsync(StageContext context, CancellationToken cancellationToken)
    {
        if (!context.Input.TryGetProperty("text", out var text) || text.GetString() is not { Length: > 0 } words)
        {
            throw new StageFailedException("text.missing", "The input has no \"text\". Submit the task with one.");
        }

        await context.ReportProgressAsync(0.5, "Counting", cancellationToken);
        var counts = words
            .Split([.. " \t\r\n.,;:!?()[]{}<>\"'`*_#|/\\=+"], StringSplitOptions.RemoveEmptyEntries)
            .CountBy(word => word.ToLowerInvariant())
            .OrderByDescending(count => count.Value)
            .ThenBy(count => count.Key, StringComparer.Ordinal)
            .ToDictionary();

        // A file in the attempt's own folder, moved to where later stages find it.
        var file = Path.Combine(context.WorkingDirectory, "counts.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(counts), cancellationToken);
        return new StageResult { Artifacts = [await context.SaveArtifactAsync("counts.json", file, "application/json", cancellationToken)] };
    }
}
#endregion
