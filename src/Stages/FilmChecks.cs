using System.Globalization;
using System.Text.Json;
using VideoGen.Stages.Checking;
using VideoGen.Stages.Documents;
using VideoGen.Stages.Media;

namespace VideoGen.Stages;

/// <summary>What the check of a film says.</summary>
/// <param name="Score">From 0 to 100.</param>
/// <param name="Lines">What is not right, the worst first, and what could not be measured.</param>
/// <param name="Json">All of it, for programs.</param>
public sealed record FilmCheckResult(int Score, IReadOnlyList<string> Lines, string Json);

/// <summary>Measures finished films.</summary>
public static class FilmChecks
{
    /// <exception cref="DocumentException"><c>film.missing</c> or <c>film.unreadable</c>.</exception>
    public static async Task<FilmCheckResult> CheckAsync(string path, CancellationToken cancellationToken = default)
    {
        if (!File.Exists(path))
        {
            throw new DocumentException("film.missing", $"There is no file {path}. Check its name, and the folder that you are in.");
        }

        var tools = new MediaToolRunner(new MediaOptions(), TimeProvider.System);
        var report = await new FilmCheck(tools).CheckAsync(path, cancellationToken).ConfigureAwait(false);
        return new FilmCheckResult(
            report.Score,
            [
                .. report.Findings.Select(finding => $"-{finding.Points} {finding.Rule}{Place(finding.Time)}: {finding.Message}"),
                .. report.NotMeasured.Select(one => $"not measured: {one}"),
            ],
            JsonSerializer.Serialize(report, FilmJson.Default.FilmReport));
    }

    private static string Place(double? seconds) => seconds is { } time
        ? " at " + TimeSpan.FromSeconds(time).ToString(time < 3600 ? @"m\:ss" : @"h\:mm\:ss", CultureInfo.InvariantCulture)
        : "";
}
