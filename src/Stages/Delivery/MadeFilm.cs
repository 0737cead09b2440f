using System.Collections.Immutable;
using VideoGen.Stages.Checking;
using VideoGen.Stages.Media;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Delivery;

/// <summary>What can be said of a film while it is made, for its manifest. Its pictures are not watched again: that takes longer than to draw them.</summary>
internal static class MadeFilm
{
    private const string Unwatched = "The pictures: 'videogen check' watches and reads them.";

    /// <summary>How the sound of the film is, before it is joined with the pictures.</summary>
    /// <param name="tools">Listens to it.</param>
    /// <param name="folder">Where <c>sound.aac</c> is.</param>
    /// <param name="duration">Of the film, in seconds.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static Task<SoundFacts> ListenAsync(MediaToolRunner tools, string folder, double duration, CancellationToken cancellationToken)
    {
        var link = Path.Combine(folder, FilmTools.Film);
        if (!File.Exists(link))
        {
            File.CreateSymbolicLink(link, Path.Combine(folder, SoundTrack.FileName));
        }

        return SoundFacts.MeasureAsync(new FilmTools(tools, folder), duration, cancellationToken);
    }

    /// <param name="sound">How it sounds.</param>
    /// <param name="folder">Where its captions are.</param>
    /// <param name="config">Its size.</param>
    /// <param name="report">When its sentences are heard.</param>
    /// <param name="chapters">Its chapters.</param>
    /// <param name="missing">Characters for which boxes stand.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async Task<FilmReport> CheckAsync(
        SoundFacts sound, string folder, VideoConfig config, TimingReport report, ImmutableArray<Chapter> chapters, ImmutableArray<string> missing,
        CancellationToken cancellationToken)
    {
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
