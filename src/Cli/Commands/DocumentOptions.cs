using System.CommandLine;
using VideoGen.Cli.Running;
using VideoGen.Stages.Video;

namespace VideoGen.Cli.Commands;

/// <summary>What is to be made, and how it should look and sound: the options that <c>run</c> and <c>submit</c> share.</summary>
internal sealed class DocumentOptions
{
    public Argument<string> File { get; } = new("FILE") { Description = "A Markdown or plain-text document." };

    public Option<string?> Output { get; } = new("--output", "-o")
    {
        Description = "Where the video goes. Default: the document's name with .mp4, in this folder.",
        HelpName = "OUT.mp4",
    };

    public Option<string?> Id { get; } = new("--id")
    {
        Description = "The task's id. Default: made from the document and these options, so that the same command means the same task.",
        HelpName = "ID",
    };

    public Option<string?> Voice { get; } = new("--voice")
    {
        Description = "Who speaks; an unknown name lists the known ones. 'run' takes a neural voice, too: a model in Piper's form, with its .json beside it.",
        HelpName = "NAME|MODEL.onnx",
    };

    public Option<string?> Accent { get; } = new("--accent") { Description = "The accent colour: a name or #RRGGBB.", HelpName = "COLOUR" };

    public Option<string?> Theme { get; } = new("--theme")
    {
        Description = $"The looks: {string.Join(", ", ThemeNames.All)}. Default: {ThemeNames.Dark}.",
        HelpName = "NAME",
    };

    public Option<string?> Size { get; } = new("--size") { Description = "Width and height in pixels. Default: 1920x1080.", HelpName = "WxH" };

    public Option<string?> Title { get; } = new("--title") { Description = "The video's title. Default: the document's.", HelpName = "TEXT" };

    public Option<string?> Language { get; } = new("--language")
    {
        Description = "The document's language, such as de. Default: what it says, or what its words say.",
        HelpName = "TAG",
    };

    public Option<string?> Translate { get; } = new("--translate")
    {
        Description = "Other languages, such as de,fr, in which the video is made too: the configured chat model translates it. "
            + $"{DocumentVideoPipeline.MaxTranslations} at most.",
        HelpName = "TAGS",
    };

    public Option<bool> UseAi { get; } = new("--ai") { Description = "Have the narration written by the configured chat model." };

    public Option<bool> Fresh { get; } = new("--fresh") { Description = "Make everything anew, even what was made from the same text and choices before." };

    /// <summary>Those that make no sense for anything but a video.</summary>
    public IReadOnlyList<Option> OfVideos => [Output, Voice, Accent, Theme, Size, Title, Language, Translate, UseAi];

    public DocumentRequest Read(ParseResult parsed) => new()
    {
        File = parsed.GetValue(File)!,
        Output = parsed.GetValue(Output),
        Id = parsed.GetValue(Id) is { } id ? CommonOptions.ParseId(id) : null,
        Voice = parsed.GetValue(Voice),
        Accent = parsed.GetValue(Accent),
        Theme = parsed.GetValue(Theme),
        Size = parsed.GetValue(Size),
        Title = parsed.GetValue(Title),
        Language = parsed.GetValue(Language),
        Translate = parsed.GetValue(Translate),
        UseAi = parsed.GetValue(UseAi),
        Fresh = parsed.GetValue(Fresh),
    };
}
