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

    /// <summary>audio_generation: 48 kHz, 16 bit, stereo.</summary>
    public const string Voice = "voice.wav";

    /// <summary>audio_generation: a <see cref="VoiceTiming"/>.</summary>
    public const string Timing = "timing.json";

    /// <summary>
    /// video_generation: H.264, as many frames as the voice needs, and the voice as FLAC; in fragments (ISO/IEC 14496-12) that begin with key frames.
    /// </summary>
    public const string Clip = "clip.mp4";

    /// <summary>video_generation: characters of the slide that no font has, so that boxes stand in their place. Only where there are such.</summary>
    public const string MissingCharacters = "missing_characters.json";

    /// <summary>output_handling: the finished video, and beside it captions, thumbnail and manifest.</summary>
    public const string Video = "video.mp4";

    public const string CaptionsSrt = "captions.srt";

    public const string CaptionsVtt = "captions.vtt";

    public const string Thumbnail = "thumbnail.png";

    public const string Manifest = "manifest.json";
}
