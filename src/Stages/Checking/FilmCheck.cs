using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using VideoGen.Stages.Media;

namespace VideoGen.Stages.Checking;

/// <summary>Measures a finished film as a viewer would meet it, from the file alone, and judges it.</summary>
internal sealed class FilmCheck(MediaToolRunner tools)
{
    /// <param name="path">The film.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<FilmReport> CheckAsync(string path, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("videogen-check").FullName;
        try
        {
            File.CreateSymbolicLink(Path.Combine(folder, FilmTools.Film), Path.GetFullPath(path));
            var runs = new FilmTools(tools, folder);
            var probe = await ProbeAsync(runs, cancellationToken).ConfigureAwait(false);
            var facts = Container(probe);
            var notMeasured = new List<string>();
            var sound = probe.HasSound ? await SoundFacts.MeasureAsync(runs, facts.Duration, cancellationToken).ConfigureAwait(false) : null;
            facts = facts with
            {
                Loudness = sound?.Loudness,
                TruePeak = sound?.TruePeak,
                Speech = sound?.Speech,
                LongestSilence = sound?.LongestSilence,
                Captions = await CaptionsAsync(runs, probe, path, cancellationToken).ConfigureAwait(false),
            };
            facts = facts with { MissingCharacters = await FilmManifest.MissingCharactersAsync(path, cancellationToken).ConfigureAwait(false) };
            facts = await PictureFacts.MeasureAsync(runs, facts, cancellationToken).ConfigureAwait(false);
            if (tools.LackOf(MediaTool.Tesseract) is { } lack)
            {
                notMeasured.Add($"Text in the picture (its size, its contrast, and how much of it is spoken): {lack}");
            }
            else
            {
                facts = facts with { Words = await new PictureReader(runs, folder).ReadAsync(facts, cancellationToken).ConfigureAwait(false) };
            }

            return FilmRules.Judge(facts, [.. notMeasured]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<FilmProbe> ProbeAsync(FilmTools runs, CancellationToken cancellationToken)
    {
        var json = new StringBuilder();
        await runs.RunAsync(
            MediaTool.Ffprobe,
            ["-hide_banner", "-loglevel", "error", "-show_streams", "-show_chapters", "-show_format", "-of", "json", .. FilmTools.Input],
            "Looking at the film",
            line => json.AppendLine(line),
            cancellationToken).ConfigureAwait(false);
        return FilmProbe.Of(json.ToString());
    }

    private static FilmFacts Container(FilmProbe probe) => new()
    {
        Width = probe.Width,
        Height = probe.Height,
        Duration = probe.Duration,
        SoundOffset = probe.HasSound ? probe.SoundStart - probe.PictureStart : null,
        SoundExcess = probe.HasSound ? probe.SoundDuration - probe.Duration : null,
        Chapters = probe.Chapters,
    };

    /// <summary>Those in the film; else those in a file of the same name beside it.</summary>
    private static async Task<ImmutableArray<FilmCaption>?> CaptionsAsync(
        FilmTools runs, FilmProbe probe, string path, CancellationToken cancellationToken)
    {
        if (probe.HasCaptions)
        {
            await runs.RunAsync(
                MediaTool.Ffmpeg, [.. FilmTools.Quiet, .. FilmTools.Input, "-map", "0:s:0", "-f", "srt", "captions.srt"], "Reading the captions", null,
                cancellationToken).ConfigureAwait(false);
            return SubRip.Read(await File.ReadAllTextAsync(Path.Combine(runs.Folder, "captions.srt"), cancellationToken).ConfigureAwait(false));
        }

        var beside = Path.ChangeExtension(path, ".srt");
        return File.Exists(beside) ? SubRip.Read(await File.ReadAllTextAsync(beside, cancellationToken).ConfigureAwait(false)) : null;
    }
}

/// <summary>What the container says of its streams.</summary>
internal sealed record FilmProbe(
    int Width, int Height, double Duration, double PictureStart, bool HasSound, double SoundStart, double SoundDuration, bool HasCaptions,
    ImmutableArray<double> Chapters)
{
    public static FilmProbe Of(string json)
    {
        using var probe = JsonDocument.Parse(json.Length == 0 ? "{}" : json);
        var streams = probe.RootElement.TryGetProperty("streams", out var list) ? list.EnumerateArray().ToLookup(stream => Word(stream, "codec_type")) : null;
        if (streams?["video"].FirstOrDefault() is not { ValueKind: JsonValueKind.Object } picture)
        {
            throw new Documents.DocumentException("film.unreadable", "The file is no film: it has no picture that ffmpeg can read.");
        }

        var sound = streams["audio"].FirstOrDefault();
        var hasSound = sound.ValueKind == JsonValueKind.Object;
        var whole = probe.RootElement.GetProperty("format");
        var duration = Number(picture, "duration") ?? Number(whole, "duration") ?? 0;
        return new FilmProbe(
            (int)(Number(picture, "width") ?? 0),
            (int)(Number(picture, "height") ?? 0),
            duration,
            Number(picture, "start_time") ?? 0,
            hasSound,
            hasSound ? Number(sound, "start_time") ?? 0 : 0,
            hasSound ? Number(sound, "duration") ?? duration : 0,
            streams["subtitle"].Any(),
            [.. probe.RootElement.GetProperty("chapters").EnumerateArray().Select(one => (Number(one, "end_time") ?? 0) - (Number(one, "start_time") ?? 0))]);
    }

    private static string Word(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.ToString() : "";

    private static double? Number(JsonElement element, string name) =>
        double.TryParse(Word(element, name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
