using System.Collections.Immutable;

namespace VideoGen.Stages.Checking;

/// <summary>What was measured of a film. A value that could not be measured is null, and is not judged.</summary>
internal sealed record FilmFacts
{
    public required int Width { get; init; }

    public required int Height { get; init; }

    /// <summary>Seconds of the picture.</summary>
    public required double Duration { get; init; }

    /// <summary>Seconds by which the sound begins after the picture, and by which it is longer.</summary>
    public double? SoundOffset { get; init; }

    public double? SoundExcess { get; init; }

    /// <summary>LUFS, of all of it.</summary>
    public double? Loudness { get; init; }

    /// <summary>dBTP.</summary>
    public double? TruePeak { get; init; }

    /// <summary>Seconds of the longest silence.</summary>
    public double? LongestSilence { get; init; }

    /// <summary>Stretches that are not silent, in seconds.</summary>
    public ImmutableArray<(double Start, double End)>? Speech { get; init; }

    public ImmutableArray<FilmCaption>? Captions { get; init; }

    /// <summary>Lengths of the chapters, in seconds.</summary>
    public ImmutableArray<double>? Chapters { get; init; }

    /// <summary>The most pairs of opposite flashes within a second.</summary>
    public int? Flashes { get; init; }

    /// <summary>Seconds of the longest stretch in which nothing changes.</summary>
    public double? LongestFreeze { get; init; }

    /// <summary>Seconds in which the picture has one colour.</summary>
    public double? Blank { get; init; }

    /// <summary>The share of the pictures with something at their very edge, which a television may cut off.</summary>
    public double? EdgeShare { get; init; }

    /// <summary>Whether the first and the last picture are the same.</summary>
    public bool? EndsAsItBegins { get; init; }

    /// <summary>Characters for which boxes stand, as the film's manifest says; null where nothing says so.</summary>
    public ImmutableArray<string>? MissingCharacters { get; init; }

    /// <summary>Words that were read in pictures of the film.</summary>
    public ImmutableArray<ReadWord>? Words { get; init; }
}

/// <param name="Start">Seconds.</param>
/// <param name="End">Seconds.</param>
/// <param name="Lines">As they are shown.</param>
internal sealed record FilmCaption(double Start, double End, ImmutableArray<string> Lines)
{
    public string Text => string.Join(' ', Lines);
}

/// <summary>A word that was read in a picture.</summary>
/// <param name="Time">Of the picture, in seconds.</param>
/// <param name="Text">What was read.</param>
/// <param name="Height">Of its letters, in pixels of a picture with 1080 on its shorter side; null where its box does not tell.</param>
/// <param name="Contrast">Of its letters against their ground, as WCAG defines it.</param>
/// <param name="Left">Of its box, in the same pixels.</param>
/// <param name="Top">Of its box.</param>
internal sealed record ReadWord(double Time, string Text, double? Height, double Contrast, double Left = 0, double Top = 0);
