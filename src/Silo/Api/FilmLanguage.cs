using System.Text.Json;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Api;

/// <summary>
/// The language of the film that a task makes of a document (BCP 47), as far as the task itself says it: somebody chose it. Else the document decides, by its
/// head or by its words, and a player that is told nothing is better off than one that is told wrong.
/// </summary>
internal static class FilmLanguage
{
    /// <summary>Null where it is not known.</summary>
    public static string? Of(TaskState state)
    {
        var input = state.InputConfig.ToElement();
        return Texts(input, "chosen").Contains("language") && Texts(input, "languages").FirstOrDefault() is { Length: > 0 } language ? language : null;
    }

    private static IEnumerable<string?> Texts(JsonElement input, string member) =>
        input.ValueKind == JsonValueKind.Object && input.TryGetProperty(member, out var texts) && texts.ValueKind == JsonValueKind.Array
            ? texts.EnumerateArray().Select(text => text.ValueKind == JsonValueKind.String ? text.GetString() : null)
            : [];
}
