using System.Collections.Immutable;
using System.Text.Json;
using VideoGen.Silo.Api;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Dashboard.OneTask;

/// <summary>A part of the finished video.</summary>
/// <param name="Start">Seconds from the beginning.</param>
/// <param name="Title">For a person.</param>
internal sealed record Chapter(double Start, string Title)
{
    private const string ReportName = "timing_report.json";

    private const int MaxBytes = 1_000_000;

    private const int MaxChapters = 200;

    /// <summary>As the stage that made the video reports it; none where there is no report that can be read.</summary>
    public static async Task<ImmutableArray<Chapter>> ReadAsync(TaskState state, ServedArtifacts artifacts, CancellationToken cancellationToken)
    {
        var report = state.Stages.Select(stage => stage.ArtifactDetails?.GetValueOrDefault(ReportName)).LastOrDefault(artifact => artifact is not null);
        if (report is null or { Length: > MaxBytes })
        {
            return [];
        }

        try
        {
            await using var content = await artifacts.OpenAsync(report, cancellationToken);
            return content is null ? [] : Parse(await JsonDocument.ParseAsync(content, cancellationToken: cancellationToken));
        }
        catch (Exception exception) when (
            exception is JsonException or IOException or Files.ArtifactException or InvalidOperationException or KeyNotFoundException)
        {
            return [];
        }
    }

    private static ImmutableArray<Chapter> Parse(JsonDocument report)
    {
        using (report)
        {
            var chapters = ImmutableArray.CreateBuilder<Chapter>();
            foreach (var scene in report.RootElement.GetProperty("scenes").EnumerateArray().Take(MaxChapters))
            {
                chapters.Add(new Chapter(scene.GetProperty("start").GetDouble(), scene.GetProperty("title").GetString() ?? ""));
            }

            return chapters.ToImmutable();
        }
    }
}
