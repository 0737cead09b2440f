using System.Collections.Immutable;
using VideoGen.Stages.Checking;
using VideoGen.Stages.Media;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Delivery;

/// <summary>What can be said of a film while it is made, for its manifest. Its pictures are not watched again: that takes longer than to draw them.</summary>
internal static class MadeFilm
{
    private const string Unwatched = "The pictures: 'videogen check' watches and reads them.";

    /// <param name="tools">Listens to it.</param>
    /// <param name="folder">Where the video and its captions are.</param>
    /// <param name="config">Its size.</param>
    /// <param name="report">When its sentences are heard.</param>
    /// <param name="chapters">Its chapters.</param>
    /// <param name="missing">Characters for which boxes stand.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async Task<FilmReport> CheckAsync(
        MediaToolRunner tools, string folder, VideoConfig config, TimingReport report, ImmutableArray<Chapter> chapters, ImmutableArray<string> missing,
        CancellationToken cancellationToken)
    {
        var link = Path.Combine(folder, FilmTools.Film);
        if (!File.Exists(link))
        {
            File.CreateSymbolicLink(link, Path.Combine(folder, ArtifactNames.Video));
        }

        var sound = await SoundFacts.MeasureAsync(new FilmTools(tools, folder), report.TotalDuration, cancellationToken).ConfigureAwait(false);
        var captions = await File.ReadAllTextAsync(Path.Combine(folder, ArtifactNames.CaptionsSrt), cancellationToken).ConfigureAwait(false);
        var facts = new FilmFacts
        {
            Width = config.Width,
            Height = config.Height,
            Duration = report.TotalDuration,
            Loudness = sound.Loudness,
            TruePeak = sound.TruePeak,
            LongestSilence = sound.LongestSilence,
            Captions = SubRip.Read(captions),
            MissingCharacters = missing,
            Chapters = [.. chapters.Select(chapter => (chapter.EndFrame - chapter.FirstFrame) / (double)config.FrameRate)],
            Speech =
            [
                .. report.Scenes.SelectMany(scene => scene.Sentences.Where(sentence => !sentence.Silent)
                    .Select(sentence => (scene.Start + sentence.Start, scene.Start + sentence.End))),
            ],
        };
        return FilmRules.Judge(facts, [Unwatched]);
    }
}
