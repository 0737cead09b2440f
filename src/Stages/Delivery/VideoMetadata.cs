using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Delivery;

/// <summary>A part of the video with a name of its own.</summary>
/// <param name="Title">The heading that it comes from.</param>
/// <param name="FirstFrame">Of the video.</param>
/// <param name="EndFrame">One past its last.</param>
internal sealed record Chapter(string Title, int FirstFrame, int EndFrame)
{
    /// <summary>Players that list chapters leave out those that are shorter.</summary>
    private const int MinSeconds = 10;

    /// <summary>Neighbouring scenes of one heading are one chapter. One that is too short is part of the chapter before it.</summary>
    public static ImmutableArray<Chapter> Of(ImmutableArray<SceneMaterial> materials, string title, int frameRate)
    {
        var chapters = ImmutableArray.CreateBuilder<Chapter>();
        foreach (var material in materials)
        {
            var name = string.IsNullOrWhiteSpace(material.Scene.Chapter) ? title : material.Scene.Chapter;
            var end = material.FirstFrame + material.FrameCount;
            if (chapters.Count > 0 && chapters[^1].Title == name)
            {
                chapters[^1] = chapters[^1] with { EndFrame = end };
            }
            else
            {
                chapters.Add(new Chapter(name, material.FirstFrame, end));
            }
        }

        return Merge(chapters, MinSeconds * frameRate);
    }

    private static ImmutableArray<Chapter> Merge(IReadOnlyList<Chapter> chapters, int minFrames)
    {
        var merged = ImmutableArray.CreateBuilder<Chapter>();
        foreach (var chapter in chapters)
        {
            if (merged.Count > 0 && (chapter.EndFrame - chapter.FirstFrame < minFrames || merged[^1].EndFrame - merged[^1].FirstFrame < minFrames))
            {
                merged[^1] = merged[^1] with { EndFrame = chapter.EndFrame };
            }
            else
            {
                merged.Add(chapter);
            }
        }

        return merged.ToImmutable();
    }
}

/// <summary>Title and chapters in ffmpeg's own file format, where text is escaped; as options they would be part of a command line.</summary>
internal static class VideoMetadata
{
    /// <summary>The most UTF-8 bytes of a title: mp4 counts the bytes of a chapter's title in one byte.</summary>
    private const int MaxTitleBytes = 240;

    public static string ToFile(VideoConfig config, IEnumerable<Chapter> chapters)
    {
        var file = new StringBuilder(";FFMETADATA1\n");
        file.Append("title=").Append(Escape(config.Title)).Append('\n');
        if (config.Author is { } author)
        {
            file.Append("artist=").Append(Escape(author)).Append('\n');
        }

        foreach (var chapter in chapters)
        {
            file.Append(
                CultureInfo.InvariantCulture,
                $"[CHAPTER]\nTIMEBASE=1/{config.FrameRate}\nSTART={chapter.FirstFrame}\nEND={chapter.EndFrame}\ntitle={Escape(chapter.Title)}\n");
        }

        return file.ToString();
    }

    private static string Escape(string text)
    {
        var escaped = new StringBuilder();
        var bytes = 0;
        foreach (var rune in text.Trim().EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > MaxTitleBytes)
            {
                escaped.Append('…');
                break;
            }

            if (rune.Value is '=' or ';' or '#' or '\\')
            {
                escaped.Append('\\');
            }

            escaped.Append(Rune.IsControl(rune) ? " " : rune.ToString());
        }

        return escaped.ToString();
    }
}
