using System.Collections.Immutable;
using VideoGen.Client.Stages;
using VideoGen.Stages.Diagrams;
using VideoGen.Stages.Documents;
using VideoGen.Stages.Text;
using VideoGen.Stages.Video;
using VideoGen.Tasks.State;

namespace VideoGen.Stages.Scenes;

/// <summary>Makes the scenes of the video out of the document, and adds the stages that each of them goes through.</summary>
/// <param name="diagrams">Draws what a document describes; null where nothing does.</param>
internal sealed class ContentParsingStage(DiagramDrawer? diagrams = null) : IStage
{
    private const int MinRecap = 2;
    private const int MaxRecap = 8;

    public string Kind => DocumentVideoPipeline.ContentParsing;

    public async Task<StageResult> ExecuteAsync(StageContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var input = context.ReadInput();
        if (input.Translate is { } tags && (tags.Length > DocumentVideoPipeline.MaxTranslations || tags.Any(tag => LanguageTags.Find(tag) != tag)))
        {
            throw new StageFailedException(
                "input.invalid",
                $"The input of task {context.TaskId} names no usable translations: up to {DocumentVideoPipeline.MaxTranslations} tags such as de or pt-BR.");
        }

        var config = await context.ReadVideoConfigAsync(cancellationToken).ConfigureAwait(false);
        var path = await context.OpenArtifactAsync(DocumentVideoPipeline.InputAdaptation, ArtifactNames.Document, cancellationToken).ConfigureAwait(false);
        var written = await ReadOutlineAsync(path, input.Source, cancellationToken).ConfigureAwait(false);
        var (outline, drawn, undrawn) = diagrams is null
            ? (written, [], [])
            : await diagrams.DrawAsync(written, context.WorkingDirectory, cancellationToken).ConfigureAwait(false);

        var pictures = input.Images.Keys.Concat(drawn.Select(diagram => diagram.Address)).ToHashSet(StringComparer.Ordinal);
        using var composer = new SceneComposer(config, pictures);
        var (content, shortened) = SceneSelection.Choose([.. composer.Compose(outline)], DocumentVideoPipeline.MaxScenesOf(input.Translate?.Length ?? 0) - 2);
        var scenes = Number([Opening(config, composer.Subtitle), .. content, Closing(config, content)]);

        var artifacts = ImmutableArray.CreateBuilder<Artifact>();
        scenes = await StorePicturesAsync(context, input, drawn, scenes, artifacts, cancellationToken).ConfigureAwait(false);
        var list = new SceneList(scenes, input.Translate);
        artifacts.Insert(0, await context.SaveJsonAsync(ArtifactNames.Scenes, list, VideoJson.SceneList, cancellationToken).ConfigureAwait(false));
        await context.ReportProgressAsync(1.0, $"{scenes.Length} scenes", cancellationToken).ConfigureAwait(false);
        return new StageResult
        {
            Artifacts = artifacts.ToImmutable(),
            FanOut = DocumentVideoPipeline.StagesOf([.. scenes.Select(scene => scene.Id)], input.Translate),
            Warnings = [.. composer.Warnings.Distinct(), .. undrawn, .. shortened is null ? [] : new[] { shortened }],
        };
    }

    private static async Task<Outline> ReadOutlineAsync(string path, string name, CancellationToken cancellationToken)
    {
        try
        {
            var text = await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false);
            return await OutlineReader.ReadAsync(text, name, cancellationToken).ConfigureAwait(false);
        }
        catch (DocumentException exception)
        {
            throw new StageFailedException(exception.Code, exception.Message, innerException: exception);
        }
    }

    private static Scene Opening(VideoConfig config, string? subtitle) =>
        new() { Id = "", Kind = SceneKind.Title, Title = config.Title, Chapter = config.Title, Subtitle = config.Author ?? subtitle };

    private static Scene Closing(VideoConfig config, ImmutableArray<Scene> content) => new()
    {
        Id = "",
        Kind = SceneKind.Closing,
        Title = Phrases.For(config.Language).Thanks ?? config.Title,
        Chapter = content.IsEmpty ? config.Title : content[^1].Chapter,
        Subtitle = Phrases.For(config.Language).Thanks is null ? config.Author : config.Title,
        Lines = Recap(config, content),
    };

    /// <summary>The chapters of the video, for its last slide; nothing where there are too few to be worth it, or too many to be read.</summary>
    private static ImmutableArray<string> Recap(VideoConfig config, ImmutableArray<Scene> content)
    {
        ImmutableArray<string> chapters =
            [.. content.Select(scene => scene.Chapter).Where(chapter => chapter.Length > 0 && chapter != config.Title).Distinct(StringComparer.Ordinal)];
        return chapters.Length is >= MinRecap and <= MaxRecap ? chapters : [];
    }

    private static ImmutableArray<Scene> Number(ImmutableArray<Scene> scenes) =>
        [.. scenes.Select((scene, index) => scene with { Id = $"scene-{index + 1:000}" })];

    /// <summary>Puts the pictures of the scenes that were chosen beside <c>scenes.json</c>, each once.</summary>
    private static async Task<ImmutableArray<Scene>> StorePicturesAsync(
        StageContext context,
        DocumentVideoInput input,
        ImmutableArray<DrawnDiagram> drawn,
        ImmutableArray<Scene> scenes,
        ImmutableArray<Artifact>.Builder artifacts,
        CancellationToken cancellationToken)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var result = scenes.ToBuilder();
        for (var i = 0; i < scenes.Length; i++)
        {
            await context.ReportProgressAsync((double)i / scenes.Length, $"Parsing scene {i + 1}/{scenes.Length}", cancellationToken).ConfigureAwait(false);
            if (scenes[i].Image is not { } address)
            {
                continue;
            }

            if (!names.TryGetValue(address, out var name))
            {
                var (path, type) = drawn.FirstOrDefault(one => one.Address == address) is { } diagram
                    ? (diagram.Path, diagram.MediaType)
                    : await FindAsync(context, input.Images[address], cancellationToken).ConfigureAwait(false);
                name = $"image-{names.Count + 1:000}{Path.GetExtension(path)}";
                var copy = Path.Combine(context.WorkingDirectory, name);
                File.Copy(path, copy);
                artifacts.Add(await context.SaveArtifactAsync(name, copy, type, cancellationToken).ConfigureAwait(false));
                names.Add(address, name);
            }

            result[i] = scenes[i] with { Image = name };
        }

        return result.ToImmutable();
    }

    private static async Task<(string Path, string MediaType)> FindAsync(StageContext context, Artifact picture, CancellationToken cancellationToken) =>
        (await context.Artifacts.GetLocalPathAsync(picture, cancellationToken).ConfigureAwait(false), picture.MediaType);
}
