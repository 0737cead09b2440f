namespace VideoGen.Tasks.State;

/// <summary>The folder in which the artifacts of a task are, so that a worker with another one notices it.</summary>
/// <param name="Id">Written once into the folder itself: the same on every machine that shares it, wherever it is mounted.</param>
/// <param name="Path">Where the one who created the task has it; for people.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.ArtifactFolder")]
public sealed record ArtifactFolder([property: Id(0)] string Id, [property: Id(1)] string Path)
{
    public const int MaxIdLength = 64;

    /// <summary>Null when it is well formed, else what is wrong with it.</summary>
    internal string? Check() =>
        NameText.IsPlain(Id, MaxIdLength) && NameText.IsPlain(Path, Limits.MaxArtifactText)
            ? null
            : $"A folder of artifacts has an id of 1 to {MaxIdLength} and a path of 1 to {Limits.MaxArtifactText} characters, none a control character.";
}
