using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using VideoGen.Files;
using VideoGen.Stages.Documents;
using VideoGen.Stages.Text;
using VideoGen.Stages.Video;
using VideoGen.Tasks;
using VideoGen.Tasks.State;

namespace VideoGen.Stages.Intake;

/// <summary>A document that was taken in: the input of its task, and an id for the task that is the same for the same document and choices.</summary>
public sealed record IntakenDocument(DocumentVideoInput Input, TaskId TaskId);

/// <summary>
/// Takes a document from a person's disk: checks it and every choice up front, and stores it with its pictures, so that any worker of the cluster finds
/// them. The same document with the same choices gives the same input, byte for byte.
/// </summary>
/// <param name="store">Where the document goes.</param>
/// <param name="voices">The names of the voices that the configured speech engine knows; the first is the default.</param>
/// <param name="isChatConfigured">Whether there is a chat model to write a narration.</param>
public sealed class DocumentIntake(IArtifactStore store, IReadOnlyCollection<string> voices, bool isChatConfigured)
{
    /// <summary>The most characters of a title.</summary>
    public const int MaxTitleLength = 200;

    private static readonly string[] Extensions = [".md", ".markdown", ".txt", ".rst", ""];

    /// <exception cref="DocumentException">The document or a choice is no good; nothing was stored.</exception>
    public async Task<IntakenDocument> TakeAsync(string path, VideoChoices choices, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(choices);
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
        var bytes = await ReadAsync(path, name, cancellationToken).ConfigureAwait(false);
        var source = DocumentSource.Read(DocumentText.Decode(bytes, name), name);
        var outline = await OutlineReader.ReadAsync(source.Markdown, name, cancellationToken).ConfigureAwait(false);
        var input = Choose(choices, source.FrontMatter, outline, name);

        var pictures = new PictureIntake(Path.GetDirectoryName(Path.GetFullPath(path))!, store);
        input = input with
        {
            Pronounce = ProjectFile.PronounceFor(path),
            Document = await StoreAsync(bytes, cancellationToken).ConfigureAwait(false),
            Images = await pictures.TakeAsync(outline.Pictures, cancellationToken).ConfigureAwait(false),
        };
        return new IntakenDocument(input, IdOf(name, input));
    }

    /// <summary>The pictures that a document names and that are below its folder: file paths by the relative paths that it names.</summary>
    /// <exception cref="DocumentException">The document is no good.</exception>
    public static async Task<IReadOnlyDictionary<string, string>> FindPicturesAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
        var bytes = await ReadAsync(path, name, cancellationToken).ConfigureAwait(false);
        var (_, body) = FrontMatter.Split(DocumentText.Normalize(DocumentText.Decode(bytes, name)), name);
        var outline = await OutlineReader.ReadAsync(body, name, cancellationToken).ConfigureAwait(false);
        return PictureIntake.Find(Path.GetDirectoryName(Path.GetFullPath(path))!, outline.Pictures.Select(picture => picture.Address));
    }

    /// <summary>
    /// The model that a document names as its voice, where that is a file below the document's folder; null otherwise. For whoever makes the film of a document
    /// of their own at their own machine: a document that was handed in names no files.
    /// </summary>
    /// <returns>The path, with what stands behind <c>#</c>.</returns>
    /// <exception cref="DocumentException">The document is no good.</exception>
    public static async Task<string?> FindVoiceFileAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
        var bytes = await ReadAsync(path, name, cancellationToken).ConfigureAwait(false);
        var (frontMatter, _) = FrontMatter.Split(DocumentText.Normalize(DocumentText.Decode(bytes, name)), name);
        if (frontMatter.Voice?.Split('#', 2) is not [var file, .. var speaker] || !file.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return FileBelow.IsPlain(file) && FileBelow.Find(folder, file) is { } found ? string.Join('#', [found.FullName, .. speaker]) : null;
    }

    private static async Task<byte[]> ReadAsync(string path, string name, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path))
        {
            throw new DocumentException("document.folder", $"{path} is a folder. Name a Markdown or text file within it.");
        }

        if (!Extensions.Contains(Path.GetExtension(name).ToLowerInvariant()))
        {
            throw new DocumentException(
                "document.kind",
                $"{name} is of a kind that cannot be read. Hand in a Markdown or plain text file (.md, .markdown, .txt, .rst, or without an ending).");
        }

        try
        {
            await using var file = new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);
            if (file.CanSeek && file.Length > DocumentText.MaxBytes)
            {
                throw DocumentText.TooLarge(name, file.Length);
            }

            // A pipe or a device says nothing about its length.
            var buffer = new byte[DocumentText.MaxBytes + 1];
            var length = await file.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return buffer[..length];
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DocumentException("document.missing", $"There is no file {path}. Check its name, and the folder that you are in.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DocumentException(
                "document.unreadable", $"{path} cannot be read: {exception.Message.TrimEnd('.')}. Check that the file is yours to read.");
        }
    }

    private DocumentVideoInput Choose(VideoChoices choices, FrontMatter frontMatter, Outline outline, string name)
    {
        var size = frontMatter.Size ?? FrameSize.Default;
        if (choices.Size is not null && !FrameSize.TryParse(choices.Size, out size, out var problem))
        {
            throw new DocumentException("choice.size", problem + ".");
        }

        if (choices.Title is { Length: > MaxTitleLength })
        {
            throw new DocumentException("choice.title", $"The title has {choices.Title.Length} characters; {MaxTitleLength} are the most.");
        }

        if (choices.UseAi && !isChatConfigured)
        {
            throw new DocumentException(
                "choice.ai",
                "No chat model is configured to write the narration. Set VIDEOGEN_CHAT_ENDPOINT and VIDEOGEN_CHAT_MODEL "
                + "(and VIDEOGEN_CHAT_API_KEY where it needs one), or leave the narration to the rules.");
        }

        if (choices.Voice is { } named && !voices.Contains(named))
        {
            var hint = named.Contains(".onnx", StringComparison.OrdinalIgnoreCase)
                ? " A file is a voice only for 'videogen run' without a silo; for workers, name it in VIDEOGEN_PIPER_VOICES, and the voice piper:NAME."
                : "";
            throw new DocumentException("choice.voice", $"There is no voice '{named}'; the voices are {ListVoices()}.{hint}");
        }

        var foreign = frontMatter.Voice is { } other && !voices.Contains(other) ? other : null;
        var voice = choices.Voice ?? (foreign is null ? frontMatter.Voice : null);
        var language = choices.Language is null ? frontMatter.Language ?? LanguageGuess.Of(outline.Words) ?? "en"
            : LanguageTags.Find(choices.Language)
                ?? throw new DocumentException("choice.language", $"'{choices.Language}' is not a language; write a tag such as en, de or pt-BR.");

        var input = new DocumentVideoInput { Source = name, Document = null! };
        var title = string.IsNullOrWhiteSpace(choices.Title) ? null : InlineText.Collapse(DocumentText.Normalize(choices.Title));
        return input with
        {
            AccentColor = choices.Accent is null ? frontMatter.AccentColor ?? input.AccentColor : Accent(choices.Accent),
            Voice = voice ?? voices.FirstOrDefault() ?? input.Voice,
            Theme = choices.Theme is null ? null : Theme(choices.Theme),
            Languages = [language],
            ForeignVoice = choices.Voice is null ? foreign : null,
            UseAiNarration = choices.UseAi,
            Translate = Translate(choices, frontMatter, language),
            Title = title,
            Chosen = [.. Chosen(choices)],
            Width = size.Width,
            Height = size.Height,
        };
    }

    /// <summary>Names all voices but espeak-ng's and the speakers of a model; of the hundred of espeak-ng, it names three that many people look for.</summary>
    private string ListVoices()
    {
        var all = voices.Where(voice => !voice.Contains('#', StringComparison.Ordinal)).ToList();
        var others = all.Where(voice => !voice.StartsWith("espeak:", StringComparison.Ordinal)).ToList();
        var espeak = all.Count - others.Count;
        var more = $", and {espeak} of espeak-ng, such as espeak:en-gb, espeak:de and espeak:es; 'espeak-ng --voices' lists them";
        return string.Join(", ", others) + (espeak == 0 ? "" : more);
    }

    /// <summary>
    /// The languages besides the document's own; null for none. What the front matter asks for and cannot be had stops no film: input_adaptation warns of it.
    /// </summary>
    private ImmutableArray<string>? Translate(VideoChoices choices, FrontMatter frontMatter, string language)
    {
        if (choices.Translate is not { } text)
        {
            return isChatConfigured && frontMatter.TranslationsFrom(language) is { IsEmpty: false } asked ? asked : null;
        }

        if (!TranslationTags.TryParse(text, DocumentVideoPipeline.MaxTranslations, out var tags, out var problem))
        {
            throw new DocumentException("choice.translate", $"The video cannot be translated into {text.Trim()}: {problem}.");
        }

        if (tags.FirstOrDefault(tag => LanguageTags.IsSame(tag, language)) is { } own)
        {
            throw new DocumentException(
                "choice.translate",
                $"The document is in {language} itself, so its video is not translated into {own}. Name other languages, or say which one the document is in.");
        }

        return isChatConfigured ? tags : throw new DocumentException(
            "choice.translate",
            "No chat model is configured to translate. Set VIDEOGEN_CHAT_ENDPOINT and VIDEOGEN_CHAT_MODEL (and VIDEOGEN_CHAT_API_KEY where it needs one), "
            + $"or leave the video in {language}.");
    }

    private static string Accent(string text) =>
        AccentColors.Find(text) is null ? throw new DocumentException("choice.accent", AccentColors.Unknown(text) + ".") : text.Trim().ToLowerInvariant();

    private static string Theme(string text) => ThemeNames.All.Contains(text.Trim().ToLowerInvariant())
        ? text.Trim().ToLowerInvariant()
        : throw new DocumentException("choice.theme", $"There is no theme '{text}'; the themes are {string.Join(", ", ThemeNames.All)}.");

    private static IEnumerable<string> Chosen(VideoChoices choices)
    {
        if (choices.Voice is not null)
        {
            yield return "voice";
        }

        if (choices.Accent is not null)
        {
            yield return "accent_color";
        }

        if (choices.Size is not null)
        {
            yield return "size";
        }

        if (choices.Language is not null)
        {
            yield return "language";
        }
    }

    /// <summary>The address comes from the content, so that the same document is the same artifact.</summary>
    private async Task<Artifact> StoreAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        var temporary = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            await File.WriteAllBytesAsync(temporary, bytes, cancellationToken).ConfigureAwait(false);
            return await store.PutAsync(
                PictureIntake.FolderOf(SHA256.HashData(bytes)), ArtifactNames.Document, temporary, "text/markdown", cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static TaskId IdOf(string name, DocumentVideoInput input)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(input.ToJson().Value)))[..8];
        var slug = new StringBuilder();
        foreach (var c in Path.GetFileNameWithoutExtension(name).ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                slug.Append(c);
            }
            else if (slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
        }

        var stem = slug.ToString()[..Math.Min(slug.Length, 60)].Trim('-');
        return TaskId.Parse($"{(stem.Length == 0 ? "document" : stem)}-{hash}");
    }
}
