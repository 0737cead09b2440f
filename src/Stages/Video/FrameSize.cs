using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace VideoGen.Stages.Video;

/// <summary>The size of a video's picture: both even, as H.264 with 4:2:0 colour needs.</summary>
/// <param name="Width">Pixels, 320 to 3840.</param>
/// <param name="Height">Pixels, 240 to 2160.</param>
internal readonly record struct FrameSize(int Width, int Height)
{
    public const int MinWidth = 320;

    public const int MaxWidth = 3840;

    public const int MinHeight = 240;

    public const int MaxHeight = 2160;

    public static FrameSize Default { get; } = new(1920, 1080);

    /// <summary>The smallest and the largest size, for messages.</summary>
    public static string Bounds => $"from {MinWidth}x{MinHeight} to {MaxWidth}x{MaxHeight}";

    public bool IsValid => Width is >= MinWidth and <= MaxWidth && Height is >= MinHeight and <= MaxHeight && Width % 2 == 0 && Height % 2 == 0;

    /// <summary>Reads <c>1920x1080</c>, and says in the caller's words why something else is no size.</summary>
    public static bool TryParse(string? text, out FrameSize size, [NotNullWhen(false)] out string? problem)
    {
        size = default;
        problem = null;
        var parts = (text ?? "").Trim().ToLowerInvariant().Split('x', '×');
        if (parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var width)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var height))
        {
            size = new FrameSize(width, height);
        }

        if (!size.IsValid)
        {
            problem = $"'{text}' is not a size for a video; write width x height, such as 1920x1080, both even, {Bounds}";
        }

        return problem is null;
    }

    public override string ToString() => $"{Width}x{Height}";
}
