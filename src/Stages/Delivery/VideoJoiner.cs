using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using VideoGen.Stages.Media;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Delivery;

/// <summary>
/// Joins clips and sound to one video. Nothing is encoded again: the packets of the pictures are numbered through, so that time has neither gaps nor overlaps.
/// </summary>
internal sealed class VideoJoiner(MediaToolRunner tools)
{
    private const string ClipList = "clips.txt";
    private const string MetadataFile = "metadata.txt";

    /// <summary>The container names languages by three letters (ISO 639-2).</summary>
    private static readonly FrozenDictionary<string, string> Languages =
        ("ar ara bg bul cs ces da dan de deu el ell en eng es spa et est fa fas fi fin fr fra he heb hi hin hr hrv hu hun id ind it ita " +
         "ja jpn ko kor lt lit lv lav nb nob nl nld no nor pl pol pt por ro ron ru rus sk slk sl slv sr srp sv swe th tha tr tur uk ukr vi vie zh zho")
        .Split(' ').Chunk(2).ToFrozenDictionary(pair => pair[0], pair => pair[1]);

    /// <summary>Makes <c>video.mp4</c> in the folder, where <c>captions.srt</c> and <c>sound.aac</c> already are.</summary>
    public async Task JoinAsync(
        ImmutableArray<SceneMaterial> materials,
        ImmutableArray<Chapter> chapters,
        VideoConfig config,
        string folder,
        Action<double> progress,
        CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, ClipList), LinkClips(materials, folder), cancellationToken).ConfigureAwait(false);
        await File.WriteAllTextAsync(
            Path.Combine(folder, MetadataFile), VideoMetadata.ToFile(config, chapters), new UTF8Encoding(false), cancellationToken).ConfigureAwait(false);
        var frames = materials.Sum(material => material.FrameCount);
        var duration = frames / (double)config.FrameRate;
        await tools.RunAsync(
            new MediaRun
            {
                Tool = MediaTool.Ffmpeg,
                Arguments =
                [
                    .. FfmpegArguments.Start,
                    .. FfmpegArguments.LocalOnly, "-f", "concat", "-safe", "1", "-i", ClipList,
                    .. FfmpegArguments.LocalOnly, "-f", "aac", "-i", SoundTrack.FileName,
                    .. FfmpegArguments.LocalOnly, "-f", "srt", "-i", ArtifactNames.CaptionsSrt,
                    .. FfmpegArguments.LocalOnly, "-f", "ffmetadata", "-i", MetadataFile,
                    "-map", "0:v:0", "-map", "1:a:0", "-map", "2:s:0", "-map_metadata", "3", "-map_chapters", "3",
                    "-c:v", "copy", "-bsf:v", Renumber(config.FrameRate),
                    "-video_track_timescale", FfmpegArguments.Number(config.FrameRate * 512),
                    "-c:a", "copy", "-bsf:a", "aac_adtstoasc",
                    "-c:s", "mov_text",
                    "-metadata:s:a:0", $"language={LanguageCode(config.Language)}", "-metadata:s:s:0", $"language={LanguageCode(config.Language)}",
                    "-fflags", "+bitexact",
                    "-movflags", "+faststart", "-progress", "pipe:1", "-f", "mp4", ArtifactNames.Video,
                ],
                WorkingDirectory = folder,
                Timeout = tools.Options.EncodeTimeout,
                Purpose = "Joining the scenes",
                OutputLine = line => ReportProgress(line, duration, progress),
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Links the clips under plain names, so that no character of the store's own path has to be escaped.</summary>
    private static string LinkClips(ImmutableArray<SceneMaterial> materials, string folder)
    {
        var list = new StringBuilder("ffconcat version 1.0\n");
        for (var i = 0; i < materials.Length; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"clip-{i + 1:000}.mp4");
            File.CreateSymbolicLink(Path.Combine(folder, name), materials[i].ClipPath);
            list.Append(CultureInfo.InvariantCulture, $"file {name}\n");
        }

        return list.ToString();
    }

    /// <summary>Gives each packet the time of its frame: the nth packet is the nth frame. The times that clips and lists gave it do not count.</summary>
    private static string Renumber(int frameRate) =>
        string.Create(CultureInfo.InvariantCulture, $"setts=ts=round(N/({frameRate}*TB)):duration=round(1/({frameRate}*TB))");

    private static void ReportProgress(string line, double duration, Action<double> progress)
    {
        const string Key = "out_time_us=";
        if (line.StartsWith(Key, StringComparison.Ordinal) && long.TryParse(line.AsSpan(Key.Length), CultureInfo.InvariantCulture, out var microseconds))
        {
            progress(Math.Clamp(microseconds / 1e6 / duration, 0, 1));
        }
    }

    private static string LanguageCode(string language) => Languages.GetValueOrDefault(language.Split('-')[0].ToLowerInvariant(), "und");
}
