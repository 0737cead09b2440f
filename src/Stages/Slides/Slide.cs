using System.Collections.Immutable;
using SkiaSharp;

namespace VideoGen.Stages.Slides;

/// <summary>
/// One picture of a scene, in layers that are drawn one over the other: the ground with the foot and the head of the slide, and then what
/// appears bit by bit.
/// </summary>
/// <param name="Ground">What is there when the scene begins; it is the ending of the scene before.</param>
/// <param name="Ending">What is left when the scene ends.</param>
/// <param name="Layers">In the order in which they appear. The first is there before the voice begins, so that no slide is ever blank while it speaks.</param>
internal sealed record Slide(Action<SKCanvas> Ground, Action<SKCanvas> Ending, ImmutableArray<SlideLayer> Layers);

/// <summary>What appears at once.</summary>
/// <param name="Draw">Draws over the layers before.</param>
/// <param name="Item">The text, where it appears when the voice comes to it; null for what appears at the beginning.</param>
/// <param name="OnlyWhenSpoken">Whether it is left out where the voice never comes to it: the light on a row, and not the row.</param>
/// <param name="At">The second of the scene at which the voice comes to it, where that is known.</param>
internal sealed record SlideLayer(Action<SKCanvas> Draw, string? Item = null, bool OnlyWhenSpoken = false, double? At = null);
