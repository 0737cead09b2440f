namespace VideoGen.Tasks.State;

/// <summary>A file that a stage made. It is immutable: a later attempt makes another file under another address.</summary>
/// <param name="Name">A plain file name, unique within its stage: <c>voice.wav</c>.</param>
/// <param name="Uri">Where the artifact store keeps it; a path relative to the root of the store.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">64 lower-case hexadecimal digits.</param>
/// <param name="MediaType">For example <c>audio/wav</c>.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.Artifact")]
public sealed record Artifact(
    [property: Id(0)] string Name,
    [property: Id(1)] string Uri,
    [property: Id(2)] long Length,
    [property: Id(3)] string Sha256,
    [property: Id(4)] string MediaType);
