namespace VideoGen.Stages.Piper;

/// <summary>How a neural voice is named: <c>NAME</c>, <c>NAME#SPEAKER</c>, and <c>NAME@HASH#SPEAKER</c> where only one content of its files will do.</summary>
/// <param name="Name">Of the model.</param>
/// <param name="Hash">How the SHA-256 of the two files begins, in hexadecimal digits; null for any content.</param>
/// <param name="Speaker">A number or a name; null for the first.</param>
internal sealed record PiperId(string Name, string? Hash, string? Speaker)
{
    public static PiperId Parse(string id)
    {
        var speakerAt = id.IndexOf('#', StringComparison.Ordinal);
        var model = speakerAt < 0 ? id : id[..speakerAt];
        var hashAt = model.LastIndexOf('@');
        return new PiperId(
            hashAt < 0 ? model : model[..hashAt], hashAt < 0 ? null : model[(hashAt + 1)..], speakerAt < 0 ? null : id[(speakerAt + 1)..]);
    }

    /// <summary>Without the hash, as a person writes it.</summary>
    public string Short => Speaker is null ? Name : $"{Name}#{Speaker}";

    public override string ToString() => (Hash is null ? Name : $"{Name}@{Hash}") + (Speaker is null ? "" : $"#{Speaker}");
}
