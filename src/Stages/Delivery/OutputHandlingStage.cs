using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using VideoGen.Client.Stages;
using VideoGen.Stages.Captions;
using VideoGen.Stages.Checking;
using VideoGen.Stages.Media;
using VideoGen.Stages.Video;
using VideoGen.Tasks;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.State;

namespace VideoGen.Stages.Delivery;

/// <summary>
/// Joins all scenes to the finished video, one for each language, and writes what goes with it. Nothing is delivered before each video was checked.
/// </summary>
internal sealed class OutputHandlingStage(SoundTrack sounds, VideoJoiner joiner, VideoCheck check, MediaToolRunner tools, TimeProvider time) : IStage
{
    private const string TimingReportName = "timing_report.json";

    public string Kind => DocumentVideoPipeline.OutputHandling;

    public Task<ImmutableArray<string>> CheckNeedsAsync(CancellationToken cancellationToken) =>
        tools.MissingAsync(MediaTool.Ffmpeg, MediaTool.Ffprobe);

    public async Task<StageResult> ExecuteAsync(StageContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var config = await context.ReadVideoConfigAsync(cancellationToken).ConfigureAwait(false);
        var scenes = await context.ReadScenesAsync(cancellationToken).ConfigureAwait(false);
        ImmutableArray<string?> languages = [null, .. scenes.Translations ?? []];
        var films = ImmutableArray.CreateBuilder<JoinedFilm>(languages.Length);
        foreach (var language in languages)
        {
            var work = new FilmWork(context, language, films.Count, languages.Length);
            films.Add(await JoinAsync(work, scenes, config, cancellationToken).ConfigureAwait(false));
        }

        return new StageResult
        {
            Artifacts = [.. films.SelectMany(film => film.Artifacts)],
            TaskResult = await ResultOfAsync(context, films.ToImmutable(), cancellationToken).ConfigureAwait(false),
        };
    }

    /// <summary>One film: in the document's own language, or in another.</summary>
    private async Task<JoinedFilm> JoinAsync(FilmWork work, SceneList scenes, VideoConfig shared, CancellationToken cancellationToken)
    {
        var context = work.Context;
        await work.ReportAsync(0.05, "Collecting the scenes", cancellationToken).ConfigureAwait(false);
        var headings = work.Language is null ? null : await context.ReadHeadingsAsync(work.Language, cancellationToken).ConfigureAwait(false);
        var config = headings is null ? shared : shared with { Language = headings.Language, Title = headings.Of(shared.Title) };
        var materials = await SceneMaterial.CollectAsync(context, scenes, headings, config, cancellationToken).ConfigureAwait(false);
        var chapters = Chapter.Of(materials, config.Title, config.FrameRate);
        var frameCount = materials.Sum(material => material.FrameCount);

        await work.ReportAsync(0.1, "Writing the captions", cancellationToken).ConfigureAwait(false);
        await WriteCaptionsAsync(work, materials, config, cancellationToken).ConfigureAwait(false);

        await work.ReportAsync(0.2, $"Joining {Count(materials.Length, "scene")}", cancellationToken).ConfigureAwait(false);
        await sounds.JoinAsync(materials, config.FrameRate, work.Folder, cancellationToken).ConfigureAwait(false);
        var report = ReportOf(materials, config, frameCount);

        // To listen takes longer than to join, and neither waits for the other.
        var listening = MadeFilm.ListenAsync(tools, work.Folder, report.TotalDuration, cancellationToken);
        var asking = FfmpegVersionAsync(work.Folder, cancellationToken);
        var joining = JoinAsync(work, materials, chapters, config, frameCount, cancellationToken);
        await Task.WhenAll(joining, listening, asking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // Of several that failed, the one that the stage is for is told.
        await joining.ConfigureAwait(false);

        await work.ReportAsync(0.85, "Drawing the thumbnail", cancellationToken).ConfigureAwait(false);
        Thumbnail.Write(work.Local(ArtifactNames.Thumbnail), materials[0].Scene, config);

        var missing = await SceneMaterial.MissingCharactersAsync(context, scenes, work.Language, cancellationToken).ConfigureAwait(false);
        var judged = await MadeFilm.CheckAsync(
            await listening.ConfigureAwait(false), work.Folder, config, report, chapters, missing, cancellationToken).ConfigureAwait(false);

        await work.ReportAsync(0.9, "Storing the video", cancellationToken).ConfigureAwait(false);
        var artifacts = await StoreAsync(
            work, config, report, frameCount, await asking.ConfigureAwait(false), judged, missing, cancellationToken).ConfigureAwait(false);
        await work.ReportAsync(1, $"The video lasts {report.TotalDuration:0.0} seconds", cancellationToken).ConfigureAwait(false);
        return new JoinedFilm(work.Language, artifacts, report);
    }

    private async Task JoinAsync(
        FilmWork work, ImmutableArray<SceneMaterial> materials, ImmutableArray<Chapter> chapters, VideoConfig config, int frameCount,
        CancellationToken cancellationToken)
    {
        await joiner.JoinAsync(materials, chapters, config, work.Folder, done => ReportJoining(work, done), cancellationToken).ConfigureAwait(false);
        await work.ReportAsync(0.7, "Checking the video", cancellationToken).ConfigureAwait(false);
        await check.CheckAsync(work.Folder, config, frameCount, chapters.Length, cancellationToken).ConfigureAwait(false);
    }

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    private static async Task WriteCaptionsAsync(
        FilmWork work, ImmutableArray<SceneMaterial> materials, VideoConfig config, CancellationToken cancellationToken)
    {
        var captions = SceneMaterial.CaptionsOf(materials, config.FrameRate);
        if (captions.IsEmpty)
        {
            // A subtitle stream needs at least one entry; players show it for a moment.
            var title = config.Title[..Math.Min(config.Title.Length, Caption.MaxLineWidth)];
            captions = [new Caption(TimeSpan.Zero, TimeSpan.FromSeconds(1), [title])];
        }

        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        await File.WriteAllTextAsync(work.Local(ArtifactNames.CaptionsSrt), CaptionFiles.ToSubRip(captions), utf8, cancellationToken).ConfigureAwait(false);
        await File.WriteAllTextAsync(work.Local(ArtifactNames.CaptionsVtt), CaptionFiles.ToWebVtt(captions), utf8, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reporting progress only takes note of it, so there is nothing to wait for.</summary>
    private static void ReportJoining(FilmWork work, double done) =>
        _ = work.ReportAsync(0.2 + (0.5 * done), $"Joining the scenes, {done:P0} done", CancellationToken.None);

    private static TimingReport ReportOf(ImmutableArray<SceneMaterial> materials, VideoConfig config, int frameCount) => new(
        frameCount / (double)config.FrameRate,
        [
            .. materials.Select(material => new TimedScene(
                material.Scene.Id,
                material.Scene.Title,
                material.Scene.Chapter,
                material.FirstFrame / (double)config.FrameRate,
                material.FrameCount / (double)config.FrameRate,
                material.FirstFrame,
                material.FrameCount,
                material.Timing.Sentences)),
        ]);

    private static async Task<ImmutableArray<Artifact>> StoreAsync(
        FilmWork work, VideoConfig config, TimingReport report, int frameCount, string ffmpeg, FilmReport check, ImmutableArray<string> missing,
        CancellationToken cancellationToken)
    {
        var context = work.Context;
        ImmutableArray<Artifact> artifacts =
        [
            await work.SaveAsync(ArtifactNames.Video, "video/mp4", cancellationToken).ConfigureAwait(false),
            await work.SaveAsync(ArtifactNames.CaptionsSrt, "application/x-subrip", cancellationToken).ConfigureAwait(false),
            await work.SaveAsync(ArtifactNames.CaptionsVtt, "text/vtt", cancellationToken).ConfigureAwait(false),
            await work.SaveAsync(ArtifactNames.Thumbnail, "image/png", cancellationToken).ConfigureAwait(false),
            await context.SaveJsonAsync(
                ArtifactNames.In(TimingReportName, work.Language), report, DeliveryJson.Default.TimingReport, cancellationToken).ConfigureAwait(false),
        ];
        var manifest = new Manifest(
            1,
            context.TaskId.ToString(),
            config.Title,
            config.Width,
            config.Height,
            config.FrameRate,
            frameCount,
            report.TotalDuration,
            report.Scenes.Length,
            ffmpeg,
            [
                .. context.Completed.Where(stage => work.Has(stage.Key)).SelectMany(stage => stage.Value.Select(artifact => ToManifest(stage.Key, artifact))),
                .. artifacts.Select(artifact => ToManifest(context.StageName, artifact)),
            ],
            check,
            missing.IsEmpty ? null : missing);
        return
        [
            .. artifacts,
            await context.SaveJsonAsync(
                ArtifactNames.In(ArtifactNames.Manifest, work.Language), manifest, DeliveryJson.Default.Manifest, cancellationToken).ConfigureAwait(false),
        ];
    }

    private static ManifestArtifact ToManifest(StageName stage, Artifact artifact) =>
        new(stage.Value, artifact.Name, artifact.Uri, artifact.Length, artifact.Sha256, artifact.MediaType);

    /// <summary>As in <c>5.1.9-0+deb12u1</c>.</summary>
    private async Task<string> FfmpegVersionAsync(string folder, CancellationToken cancellationToken)
    {
        var version = "unknown";
        await tools.RunAsync(
            new MediaRun
            {
                Tool = MediaTool.Ffmpeg,
                Arguments = ["-version"],
                WorkingDirectory = folder,
                Timeout = tools.Options.ShortRunTimeout,
                Purpose = "Asking ffmpeg for its version",
                OutputLine = line => version = line.StartsWith("ffmpeg version ", StringComparison.Ordinal) ? line.Split(' ')[2] : version,
            },
            cancellationToken).ConfigureAwait(false);
        return version;
    }

    private async Task<JsonText> ResultOfAsync(StageContext context, ImmutableArray<JoinedFilm> films, CancellationToken cancellationToken)
    {
        var own = films[0];
        var now = time.GetUtcNow();
        var config = context.FindArtifact(DocumentVideoPipeline.InputAdaptation, ArtifactNames.VideoConfig)!;
        var begun = File.GetLastWriteTimeUtc(await context.Artifacts.GetLocalPathAsync(config, cancellationToken).ConfigureAwait(false));
        var result = new VideoResult
        {
            TaskId = context.TaskId.ToString(),
            VideoConfig = config.Uri,
            VideoPath = own.UriOf(ArtifactNames.Video),
            AudioDir = config.Uri.Split('/')[0],
            TimingReport = own.UriOf(TimingReportName),
            TotalDuration = Math.Round(own.Report.TotalDuration, 3),
            SceneCount = own.Report.Scenes.Length,
            GenerationTime = Math.Round(Math.Max(0, (now - begun).TotalSeconds), 3),
            Timestamp = now,
            Translations = films.Length == 1 ? null :
            [
                .. films.Skip(1).Select(film => new TranslatedFilm(
                    film.Language!, film.UriOf(ArtifactNames.Video), film.UriOf(TimingReportName), Math.Round(film.Report.TotalDuration, 3))),
            ],
        };
        return JsonText.FromElement(JsonSerializer.SerializeToElement(result, DeliveryJson.Default.VideoResult));
    }
}
