namespace VideoGen.Files;

/// <summary>An artifact is missing or damaged; the message names it and says what to do.</summary>
public sealed class ArtifactException(string code, string message) : Exception(message)
{
    public const string Missing = "artifact.missing";

    public const string Corrupt = "artifact.corrupt";

    /// <summary><see cref="Missing"/> or <see cref="Corrupt"/>.</summary>
    public string Code { get; } = code;
}
