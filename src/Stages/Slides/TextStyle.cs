using SkiaSharp;

namespace VideoGen.Stages.Slides;

/// <summary>How a text looks, apart from its size, which fitting decides.</summary>
/// <param name="Color">Of the letters; emoji keep their own.</param>
/// <param name="Bold">For titles and heads.</param>
/// <param name="Mono">For code.</param>
/// <param name="Italic">For quotes.</param>
/// <param name="LineHeight">Distance of two base lines, in sizes.</param>
internal sealed record TextStyle(SKColor Color, bool Bold = false, bool Mono = false, bool Italic = false, float LineHeight = 1.36f);
