using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using VideoGen.Client.Stages;
using VideoGen.Stages.Checking;
using VideoGen.Stages.Media;
using VideoGen.Stages.Video;
using VideoGen.Tasks;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.State;

namespace VideoGen.Stages.Delivery;

/// <summary>Joins all scenes to the finished video, and writes what goes with it. Nothing is delivered before the video was checked.</summary>
internal sealed class OutputHandlingStage(VideoJoiner joiner, VideoCheck check, MediaToolRunner tools, TimeProvider time) : IStage
{
    private const string TimingReportName = "timing_report.json";

    public string Kind => DocumentVideoPipeline.OutputHandling;

    public Task<ImmutableArray<string>> CheckNeedsAsync(CancellationToken cancellationToken) =>
        tools.MissingAsync(MediaTool.Ffmpeg, MediaTool.Ffprobe);

    public async Task<StageResult> ExecuteAsync(StageContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        await context.ReportProgressAsync(0.05, "Collecting the scenes", cancellationToken).ConfigureAwait(false);
        var config = await context.ReadVideoConfigAsync(cancellationToken).ConfigureAwait(false);
        var scenes = await context.ReadScenesAsync(cancellationToken).ConfigureAwait(false);
        var materials = await SceneMaterial.CollectAsync(context, scenes, config, cancellationToken).ConfigureAwait(false);
        var chapters = Chapter.Of(materials, config.Title, config.FrameRate);
        var frameCount = materials.Sum(material => material.FrameCount);

        await context.ReportProgressAsync(0.1, "Writing the captions", cancellationToken).ConfigureAwait(false);
        await WriteCaptionsAsync(context, materials, config, cancellationToken).ConfigureAwait(false);

        await context.ReportProgressAsync(0.2, $"Joining {Count(materials.Length, "scene")}", cancellationToken).ConfigureAwait(false);
        await joiner.JoinAsync(
            materials, chapters, config, context.WorkingDirectory, done => ReportJoining(context, done), cancellationToken).ConfigureAwait(false);

        await context.ReportProgressAsync(0.7, "Checking the video", cancellationToken).ConfigureAwait(false);
        await check.CheckAsync(context.WorkingDirectory, config, frameCount, chapters.Length, cancellationToken).ConfigureAwait(false);

        await context.ReportProgressAsync(0.85, "Drawing the thumbnail", cancellationToken).ConfigureAwait(false);
        Thumbnail.Write(Local(context, ArtifactNames.Thumbnail), scenes.Scenes[0], config);

        var report = ReportOf(materials, config, frameCount);
        var missing = await SceneMaterial.MissingCharactersAsync(context, scenes, cancellationToken).ConfigureAwait(false);
        var judged = await MadeFilm.CheckAsync(tools, context.WorkingDirectory, config, report, chapters, missing, cancellationToken).ConfigureAwait(false);

        await context.ReportProgressAsync(0.9, "Storing the video", cancellationToken).ConfigureAwait(false);
        var artifacts = await StoreAsync(context, config, report, frameCount, judged, missing, cancellationToken).ConfigureAwait(false);
        await context.ReportProgressAsync(1, $"The video lasts {report.TotalDuration:0.0} seconds", cancellationToken).ConfigureAwait(false);
        return new StageResult { Artifacts = artifacts, TaskResult = await ResultOfAsync(context, artifacts, report, cancellationToken).ConfigureAwait(false) };
    }

    private static string Local(StageContext context, string name) => Path.Combine(context.WorkingDirectory, name);

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    private static async Task WriteCaptionsAsync(
        StageContext context, ImmutableArray<SceneMaterial> materials, VideoConfig config, CancellationToken cancellationToken)
    {
        var captions = Caption.Of(materials, config.FrameRate);
        if (captions.IsEmpty)
        {
            // A subtitle stream needs at least one entry; players show it for a moment.
            var title = config.Title[..Math.Min(config.Title.Length, Caption.MaxLineWidth)];
            captions = [new Caption(TimeSpan.Zero, TimeSpan.FromSeconds(1), [title])];
        }

        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        await File.WriteAllTextAsync(Local(context, ArtifactNames.CaptionsSrt), CaptionFiles.ToSubRip(captions), utf8, cancellationToken).ConfigureAwait(false);
        await File.WriteAllTextAsync(Local(context, ArtifactNames.CaptionsVtt), CaptionFiles.ToWebVtt(captions), utf8, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reporting progress only takes note of it, so there is nothing to wait for.</summary>
    private static void ReportJoining(StageContext context, double done) =>
        _ = context.ReportProgressAsync(0.2 + (0.5 * done), $"Joining the scenes, {done:P0} done", CancellationToken.None);

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

    private async Task<ImmutableArray<Artifact>> StoreAsync(
        StageContext context, VideoConfig config, TimingReport report, int frameCount, FilmReport check, ImmutableArray<string> missing,
        CancellationToken cancellationToken)
    {
        ImmutableArray<Artifact> artifacts =
        [
            await context.SaveArtifactAsync(ArtifactNames.Video, Local(context, ArtifactNames.Video), "video/mp4", cancellationToken).ConfigureAwait(false),
            await context.SaveArtifactAsync(
                ArtifactNames.CaptionsSrt, Local(context, ArtifactNames.CaptionsSrt), "application/x-subrip", cancellationToken).ConfigureAwait(false),
            await context.SaveArtifactAsync(
                ArtifactNames.CaptionsVtt, Local(context, ArtifactNames.CaptionsVtt), "text/vtt", cancellationToken).ConfigureAwait(false),
            await context.SaveArtifactAsync(
                ArtifactNames.Thumbnail, Local(context, ArtifactNames.Thumbnail), "image/png", cancellationToken).ConfigureAwait(false),
            await context.SaveJsonAsync(TimingReportName, report, DeliveryJson.Default.TimingReport, cancellationToken).ConfigureAwait(false),
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
            await FfmpegVersionAsync(context, cancellationToken).ConfigureAwait(false),
            [
                .. context.Completed.SelectMany(stage => stage.Value.Select(artifact => ToManifest(stage.Key, artifact))),
                .. artifacts.Select(artifact => ToManifest(context.StageName, artifact)),
            ],
            check,
            missing.IsEmpty ? null : missing);
        return
        [
            .. artifacts,
            await context.SaveJsonAsync(ArtifactNames.Manifest, manifest, DeliveryJson.Default.Manifest, cancellationToken).ConfigureAwait(false),
        ];
    }

    private static ManifestArtifact ToManifest(StageName stage, Artifact artifact) =>
        new(stage.Value, artifact.Name, artifact.Uri, artifact.Length, artifact.Sha256, artifact.MediaType);

    /// <summary>As in <c>5.1.9-0+deb12u1</c>.</summary>
    private async Task<string> FfmpegVersionAsync(StageContext context, CancellationToken cancellationToken)
    {
        var version = "unknown";
        await tools.RunAsync(
            new MediaRun
            {
                Tool = MediaTool.Ffmpeg,
                Arguments = ["-version"],
                WorkingDirectory = context.WorkingDirectory,
                Timeout = tools.Options.ShortRunTimeout,
                Purpose = "Asking ffmpeg for its version",
                OutputLine = line => version = line.StartsWith("ffmpeg version ", StringComparison.Ordinal) ? line.Split(' ')[2] : version,
            },
            cancellationToken).ConfigureAwait(false);
        return version;
    }

    private async Task<JsonText> ResultOfAsync(
        StageContext context, ImmutableArray<Artifact> artifacts, TimingReport report, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var config = context.FindArtifact(DocumentVideoPipeline.InputAdaptation, ArtifactNames.VideoConfig)!;
        var begun = File.GetLastWriteTimeUtc(await context.Artifacts.GetLocalPathAsync(config, cancellationToken).ConfigureAwait(false));
        var result = new VideoResult
        {
            TaskId = context.TaskId.ToString(),
            VideoConfig = config.Uri,
            VideoPath = artifacts.First(artifact => artifact.Name == ArtifactNames.Video).Uri,
            AudioDir = config.Uri.Split('/')[0],
            TimingReport = artifacts.First(artifact => artifact.Name == TimingReportName).Uri,
            TotalDuration = Math.Round(report.TotalDuration, 3),
            SceneCount = report.Scenes.Length,
            GenerationTime = Math.Round(Math.Max(0, (now - begun).TotalSeconds), 3),
            Timestamp = now,
        };
        return JsonText.FromElement(JsonSerializer.SerializeToElement(result, DeliveryJson.Default.VideoResult));
    }
}
