using System.Collections.Immutable;
using System.Text.Json;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Http;

/// <summary>Members of what silos answer.</summary>
internal static class JsonMembers
{
    /// <summary>Null where the member is.</summary>
    public static DateTimeOffset? TimeOf(this JsonElement element, string name) =>
        element.GetProperty(name) is { ValueKind: JsonValueKind.String } time ? time.GetDateTimeOffset() : null;

    public static ImmutableArray<string> TextsOf(this JsonElement element, string name) =>
        [.. element.GetProperty(name).EnumerateArray().Select(text => text.GetString()!)];

    public static ImmutableSortedDictionary<string, string> LabelsOf(this JsonElement element) => TaskState.NoLabels.SetItems(
        element.GetProperty("labels").EnumerateObject().Select(label => KeyValuePair.Create(label.Name, label.Value.GetString()!)));
}
