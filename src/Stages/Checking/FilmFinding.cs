using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace VideoGen.Stages.Checking;

/// <summary>Something that a viewer would notice.</summary>
/// <param name="Rule">Its short name.</param>
/// <param name="Message">What it is, and what would be right.</param>
/// <param name="Points">What it takes off the score.</param>
/// <param name="Time">Where it is, in seconds; null for the whole film.</param>
internal sealed record FilmFinding(
    string Rule,
    string Message,
    int Points,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Time = null);

/// <summary>How good a film is, and why it is not better.</summary>
/// <param name="Score">From 0 to 100.</param>
/// <param name="Findings">The worst first.</param>
/// <param name="NotMeasured">What could not be measured, and why.</param>
internal sealed record FilmReport(int Score, ImmutableArray<FilmFinding> Findings, ImmutableArray<string> NotMeasured);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(FilmReport))]
internal sealed partial class FilmJson : JsonSerializerContext
{
}
