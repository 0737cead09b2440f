using System.Collections.Immutable;

namespace VideoGen.Stages.Video;

/// <summary>The looks that a video can have.</summary>
public static class ThemeNames
{
    public const string Dark = "dark";

    public const string Light = "light";

    public const string Paper = "paper";

    public const string Vivid = "vivid";

    public static ImmutableArray<string> All { get; } = [Dark, Light, Paper, Vivid];
}
