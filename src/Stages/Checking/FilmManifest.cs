using System.Collections.Immutable;
using System.Text.Json;

namespace VideoGen.Stages.Checking;

/// <summary>The manifest that is delivered beside a film. It knows what a picture does not tell: a box may be a character that no font had.</summary>
internal static class FilmManifest
{
    private const string Ending = ".manifest.json";
    private const string Member = "missing_characters";

    /// <summary>No manifest is as long.</summary>
    private const long MaxBytes = 16 * 1024 * 1024;

    /// <summary>Null where no manifest is there, or what is there is none.</summary>
    public static async Task<ImmutableArray<string>?> MissingCharactersAsync(string film, CancellationToken cancellationToken)
    {
        var path = Path.ChangeExtension(film, null) + Ending;
        if (new FileInfo(path) is not { Exists: true, Length: <= MaxBytes })
        {
            return null;
        }

        try
        {
            await using var file = File.OpenRead(path);
            using var manifest = await JsonDocument.ParseAsync(file, cancellationToken: cancellationToken).ConfigureAwait(false);
            return manifest.RootElement.ValueKind == JsonValueKind.Object && manifest.RootElement.TryGetProperty(Member, out var list)
                && list.ValueKind == JsonValueKind.Array
                ? [.. list.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()!)]
                : null;
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
