using System.Collections.Immutable;
using VideoGen.Client.Stages;
using VideoGen.Stages.Text;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Documents;

/// <summary>Reads the document as it was handed in: takes its front matter off, puts its text into one form, and settles what all scenes share.</summary>
internal sealed class InputAdaptationStage : IStage
{
    private static readonly int[] FrameRates = [24, 25, 30, 50, 60];

    public string Kind => DocumentVideoPipeline.InputAdaptation;

    public async Task<StageResult> ExecuteAsync(StageContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var input = context.ReadInput();
        await context.ReportProgressAsync(0.3, "Adapting input source", cancellationToken).ConfigureAwait(false);
        try
        {
            var source = DocumentSource.Read(await ReadAsync(context, input, cancellationToken).ConfigureAwait(false), input.Source);
            var outline = await OutlineReader.ReadAsync(source.Markdown, input.Source, cancellationToken).ConfigureAwait(false);
            var config = Configure(input, source.FrontMatter, outline);
            var warnings = input.ForeignVoice is { } voice
                ? source.Warnings.Add($"The front matter of {input.Source} names the voice '{voice}', which is not here; {config.Voice} speaks.")
                : source.Warnings;
            if (input.Translate is null && source.FrontMatter.TranslationsFrom(config.Language) is { IsEmpty: false } asked)
            {
                warnings = warnings.Add(
                    $"The front matter of {input.Source} asks for the video in {string.Join(", ", asked)} too, and no chat model was configured where the "
                    + $"document was handed in. It is made in {config.Language} alone; set VIDEOGEN_CHAT_ENDPOINT and VIDEOGEN_CHAT_MODEL there.");
            }

            var path = Path.Combine(context.WorkingDirectory, ArtifactNames.Document);
            await File.WriteAllTextAsync(path, source.Markdown, cancellationToken).ConfigureAwait(false);
            var document = await context.SaveArtifactAsync(ArtifactNames.Document, path, "text/markdown", cancellationToken).ConfigureAwait(false);
            var settings = await context.SaveJsonAsync(
                ArtifactNames.VideoConfig, config, VideoJson.VideoConfig, cancellationToken).ConfigureAwait(false);
            await context.ReportProgressAsync(1.0, "Input adapted", cancellationToken).ConfigureAwait(false);
            return new StageResult { Artifacts = [document, settings], Warnings = warnings };
        }
        catch (DocumentException exception)
        {
            throw new StageFailedException(exception.Code, exception.Message, innerException: exception);
        }
    }

    private static async Task<string> ReadAsync(StageContext context, DocumentVideoInput input, CancellationToken cancellationToken)
    {
        // The bound holds whatever length the task gives for its document.
        if (input.Document.Length > DocumentText.MaxBytes)
        {
            throw DocumentText.TooLarge(input.Source, input.Document.Length);
        }

        string path;
        try
        {
            path = await context.Artifacts.GetLocalPathAsync(input.Document, cancellationToken).ConfigureAwait(false);
        }
        catch (ArgumentException exception)
        {
            throw new StageFailedException(
                "input.invalid", $"The input of task {context.TaskId} names no usable document: {exception.Message}", innerException: exception);
        }

        return DocumentText.Decode(await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false), input.Source);
    }

    private static VideoConfig Configure(DocumentVideoInput input, FrontMatter frontMatter, Outline outline)
    {
        var size = Settle(input, "size", new FrameSize(input.Width, input.Height), frontMatter.Size);
        if (!size.IsValid)
        {
            throw Invalid($"{size} is not a size for a video; both sides are even, {FrameSize.Bounds}.");
        }

        if (!FrameRates.Contains(input.FrameRate))
        {
            throw Invalid($"{input.FrameRate} is not a frame rate for a video; choose {string.Join(", ", FrameRates)}.");
        }

        var voice = frontMatter.Voice == input.ForeignVoice ? null : frontMatter.Voice;
        return new VideoConfig
        {
            Title = input.Title ?? frontMatter.Title ?? outline.Title ?? Path.GetFileNameWithoutExtension(input.Source),
            Author = frontMatter.Author,
            AccentColor = AccentColors.Find(Settle(input, "accent_color", input.AccentColor, frontMatter.AccentColor))
                ?? throw Invalid(AccentColors.Unknown(input.AccentColor) + "."),
            Theme = input.Theme ?? frontMatter.Theme,
            Voice = Settle(input, "voice", input.Voice, voice),
            IsVoiceChosen = voice is not null || input.Chosen.Contains("voice"),
            Language = LanguageOf(input, frontMatter, outline),
            Pronounce = PronounceOf(input, frontMatter),
            UseAiNarration = input.UseAiNarration,
            Width = size.Width,
            Height = size.Height,
            FrameRate = input.FrameRate,
        };
    }

    /// <summary>What was chosen outright, else what the document says of itself, else what its words say.</summary>
    private static string LanguageOf(DocumentVideoInput input, FrontMatter frontMatter, Outline outline) =>
        input.Chosen.Contains("language") && input.Languages is [var chosen, ..] ? chosen
            : frontMatter.Language ?? LanguageGuess.Of(outline.Words) ?? input.Languages.FirstOrDefault() ?? "en";

    private static ImmutableSortedDictionary<string, string>? PronounceOf(DocumentVideoInput input, FrontMatter frontMatter)
    {
        var all = (input.Pronounce ?? ImmutableSortedDictionary<string, string>.Empty).SetItems(frontMatter.Pronounce);
        return all.IsEmpty ? null : all;
    }

    private static T Settle<T>(DocumentVideoInput input, string name, T value, T? ofDocument)
        where T : class => input.Chosen.Contains(name) ? value : ofDocument ?? value;

    private static FrameSize Settle(DocumentVideoInput input, string name, FrameSize value, FrameSize? ofDocument) =>
        input.Chosen.Contains(name) ? value : ofDocument ?? value;

    private static StageFailedException Invalid(string message) => new("input.invalid", message);
}
