namespace VideoGen.Stages.Video;

/// <summary>The names of the artifacts that stages of this pipeline hand on.</summary>
public static class ArtifactNames
{
    /// <summary>input_adaptation: the document without its front matter, UTF-8 with line feeds.</summary>
    public const string Document = "document.md";

    /// <summary>input_adaptation: a <see cref="Video.VideoConfig"/>.</summary>
    public const string VideoConfig = "video_config.json";

    /// <summary>content_parsing: a <see cref="SceneList"/>. Pictures of image scenes stand beside it, under the names that the scenes give.</summary>
    public const string Scenes = "scenes.json";

    /// <summary>script_generation: a <see cref="SceneScript"/>.</summary>
    public const string Script = "script.json";

    /// <summary>translation, of a language: <see cref="Video.Headings"/>.</summary>
    public const string Headings = "headings.json";

    /// <summary>translation, of a scene: a <see cref="Video.TranslatedScene"/>; beside it what is said of it, as <see cref="Script"/>.</summary>
    public const string TranslatedScene = "scene.json";

    /// <summary>audio_generation: 48 kHz, 16 bit, stereo.</summary>
    public const string Voice = "voice.wav";

    /// <summary>audio_generation: a <see cref="VoiceTiming"/>.</summary>
    public const string Timing = "timing.json";

    /// <summary>
    /// video_generation: H.264, as many frames as the voice needs, and the voice as FLAC; in fragments (ISO/IEC 14496-12) that begin with key frames.
    /// </summary>
    public const string Clip = "clip.mp4";

    /// <summary>video_generation: the voice as the film has it, AAC in ADTS frames, with a rest at its end.</summary>
    public const string Sound = "sound.aac";

    /// <summary>video_generation: the captions of <see cref="Clip"/>, by its own time. Only where something is said.</summary>
    public const string ClipCaptions = "clip.vtt";

    /// <summary>video_generation: characters of the slide that no font has, so that boxes stand in their place. Only where there are such.</summary>
    public const string MissingCharacters = "missing_characters.json";

    /// <summary>output_handling: the finished video, and beside it captions, thumbnail and manifest.</summary>
    public const string Video = "video.mp4";

    public const string CaptionsSrt = "captions.srt";

    public const string CaptionsVtt = "captions.vtt";

    public const string Thumbnail = "thumbnail.png";

    public const string Manifest = "manifest.json";

    /// <summary>The language of such a name (BCP 47); null where it is another file, or in the document's own language.</summary>
    /// <param name="name">As <see cref="In"/> makes it.</param>
    /// <param name="plain">The plain name.</param>
    public static string? LanguageOf(string name, string plain)
    {
        ArgumentNullException.ThrowIfNull(name);
        var (start, end) = (Path.GetFileNameWithoutExtension(plain) + ".", Path.GetExtension(plain));
        return name.Length > start.Length + end.Length && name.StartsWith(start, StringComparison.Ordinal) && name.EndsWith(end, StringComparison.Ordinal)
            ? name[start.Length..^end.Length]
            : null;
    }

    /// <summary>A file of the film in another language: <c>video.de.mp4</c>. In the document's own language it has its plain name.</summary>
    /// <param name="name">The plain name.</param>
    /// <param name="language">BCP 47; null for the document's own.</param>
    public static string In(string name, string? language) =>
        language is null ? name : $"{Path.GetFileNameWithoutExtension(name)}.{language}{Path.GetExtension(name)}";
}
