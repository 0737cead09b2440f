using System.Collections.Frozen;

namespace VideoGen.Stages.Programs;

/// <summary>The media type of a file, by the end of its name: enough for a browser to show what it can show.</summary>
internal static class MediaTypes
{
    private const string Unknown = "application/octet-stream";

    private static readonly FrozenDictionary<string, string> ByEnding = new Dictionary<string, string>
    {
        [".csv"] = "text/csv",
        [".flac"] = "audio/flac",
        [".gif"] = "image/gif",
        [".html"] = "text/html",
        [".jpeg"] = "image/jpeg",
        [".jpg"] = "image/jpeg",
        [".json"] = "application/json",
        [".m4a"] = "audio/mp4",
        [".md"] = "text/markdown",
        [".mkv"] = "video/x-matroska",
        [".mp3"] = "audio/mpeg",
        [".mp4"] = "video/mp4",
        [".ogg"] = "audio/ogg",
        [".pdf"] = "application/pdf",
        [".png"] = "image/png",
        [".srt"] = "application/x-subrip",
        [".svg"] = "image/svg+xml",
        [".txt"] = "text/plain",
        [".vtt"] = "text/vtt",
        [".wav"] = "audio/wav",
        [".webm"] = "video/webm",
        [".webp"] = "image/webp",
        [".zip"] = "application/zip",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static string Of(string name) => ByEnding.GetValueOrDefault(Path.GetExtension(name), Unknown);
}
