namespace VideoGen.Stages.Scenes;

/// <summary>The words that the program itself adds to a video. A language without words of ours gets none, rather than English ones.</summary>
internal sealed record Phrases
{
    private static readonly Phrases English = new() { IsEnglish = true, Thanks = "Thank you for watching" };
    private static readonly Phrases None = new();

    public bool IsEnglish { get; private init; }

    /// <summary>The title of the closing scene.</summary>
    public string? Thanks { get; private init; }

    /// <param name="language">BCP 47.</param>
    public static Phrases For(string language) => language.Split('-')[0].Equals("en", StringComparison.OrdinalIgnoreCase) ? English : None;
}
