namespace VideoGen.Client.Artifacts;

/// <summary>An artifact is missing or damaged; the message names it and says what to do.</summary>
public sealed class ArtifactException(string code, string message) : Exception(message)
{
    /// <summary><c>artifact.missing</c> or <c>artifact.corrupt</c>.</summary>
    public string Code { get; } = code;
}
