namespace VideoGen.Stages.Documents;

/// <summary>
/// Which addresses of pictures are followed: relative ones, within the document's folder, of a kind that can be drawn. Nothing is ever fetched (S29).
/// </summary>
internal static class PictureAddress
{
    public const int MaxLength = 500;

    /// <summary>The media type of a file that can be drawn, or null.</summary>
    public static string? MediaTypeOf(string address) => Path.GetExtension(PathOf(address)).ToLowerInvariant() switch
    {
        ".png" => "image/png",
        ".jpg" or ".jpeg" => "image/jpeg",
        ".gif" => "image/gif",
        ".webp" => "image/webp",
        ".bmp" => "image/bmp",
        ".svg" => "image/svg+xml",
        _ => null,
    };

    /// <summary>Why a picture of this address is not taken, in a person's words; null where it may be.</summary>
    public static string? WhyNot(string address) => address switch
    {
        { Length: 0 or > MaxLength } => "its address is too long",
        _ when address.StartsWith("data:", StringComparison.OrdinalIgnoreCase) => "it is written into the document itself, which is not supported",
        _ when address.StartsWith("file:", StringComparison.OrdinalIgnoreCase) => "only pictures below the document's folder are taken",
        _ when IsElsewhere(address) => "it is on another computer, and pictures are never fetched",
        _ when PathOf(address).Any(char.IsControl) || address.Contains('\\', StringComparison.Ordinal) || address.Contains(':', StringComparison.Ordinal) =>
            "its address is not a plain relative path",
        _ when PathOf(address) is "" || address[0] is '/' or '~' => "only pictures below the document's folder are taken",
        _ when PathOf(address).Split('/').Contains("..") => "only pictures below the document's folder are taken",
        _ when MediaTypeOf(address) is null => "only PNG, JPEG, GIF, WebP, BMP and SVG can be drawn",
        _ => null,
    };

    /// <summary>Whether the picture is on another computer, where it is never fetched from.</summary>
    public static bool IsElsewhere(string address) =>
        address.StartsWith("//", StringComparison.Ordinal) || address.Contains("://", StringComparison.Ordinal);

    /// <summary>The address without its query and fragment, and with its escapes resolved.</summary>
    public static string PathOf(string address) => Uri.UnescapeDataString(address.Split('?', '#')[0]);
}
