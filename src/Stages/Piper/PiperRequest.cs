using System.Collections.Immutable;

namespace VideoGen.Stages.Piper;

/// <summary>One sentence for a model.</summary>
/// <param name="Ids">Of its phonemes.</param>
/// <param name="LengthScale">How long each sound takes.</param>
/// <param name="Speaker">The number of who speaks.</param>
internal sealed record PiperRequest(ImmutableArray<long> Ids, float LengthScale, long Speaker);
