using System.Collections.Immutable;
using System.Globalization;

namespace VideoGen.Stages.Checking;

/// <summary>Judges what was measured of a film. Each rule has a number that a handbook of the trade gives.</summary>
internal static class FilmRules
{
    private const double MaxSoundOffset = 0.1;
    private const double TargetLoudness = -16;
    private const double LoudnessTolerance = 1;
    private const double MaxPeak = -1;
    private const double MaxSilence = 4;
    private const int MaxFlashes = 3;
    private const double MaxFreeze = 20;
    private const double MaxBlank = 1;
    private const double MaxEdge = 0.02;
    private const double MinChapter = 10;
    private const double MinTextHeight = 15;
    private const double MinContrast = 4.5;
    private const double MaxOverlap = 0.5;

    /// <summary>Edges of letters are between their colour and that of the ground.</summary>
    private const double ContrastTolerance = 0.5;

    /// <summary>Pixels of a picture that is 1080 high by which the box of one word differs from picture to picture.</summary>
    private const double SamePlace = 8;

    private const int ShownCharacters = 8;

    /// <summary>Shorter films have no room for pace and chapters to be judged.</summary>
    private const double MinJudged = 20;

    public static FilmReport Judge(FilmFacts facts, ImmutableArray<string> notMeasured)
    {
        ImmutableArray<FilmFinding> findings =
        [
            .. Sound(facts).Concat(Picture(facts)).Concat(Text(facts)).Concat(CaptionRules.Judge(facts.Captions, facts.Speech, facts.Duration))
                .OrderByDescending(finding => finding.Points).ThenBy(finding => finding.Time ?? 0).ThenBy(finding => finding.Rule, StringComparer.Ordinal),
        ];

        // One kind of fault, however often it is there, takes only so much: the list tells how often.
        var lost = findings.GroupBy(finding => finding.Rule)
            .Sum(group => Math.Min(group.Max(finding => finding.Points) * 2, group.Sum(finding => finding.Points)));
        return new FilmReport(Math.Max(0, 100 - lost), findings, notMeasured);
    }

    private static IEnumerable<FilmFinding> Sound(FilmFacts facts)
    {
        if (facts.Loudness is null)
        {
            yield return new FilmFinding("sound.missing", "The film has no sound.", 40);
            yield break;
        }

        if (Math.Abs(facts.Loudness.Value - TargetLoudness) > LoudnessTolerance)
        {
            yield return new FilmFinding(
                "sound.loudness", Text($"The loudness is {facts.Loudness:0.0} LUFS; {TargetLoudness} ± {LoudnessTolerance} is right."), 12);
        }

        if (facts.TruePeak > MaxPeak)
        {
            yield return new FilmFinding("sound.peak", Text($"The loudest peak is {facts.TruePeak:0.0} dBTP; players distort over {MaxPeak}."), 12);
        }

        if (facts.LongestSilence > MaxSilence)
        {
            yield return new FilmFinding("sound.silence", Text($"Nothing is heard for {facts.LongestSilence:0.0} seconds."), 12);
        }

        if (facts.SoundOffset is { } offset && Math.Abs(offset) > MaxSoundOffset)
        {
            yield return new FilmFinding("sound.offset", Text($"The sound begins {offset:0.00} seconds after the picture."), 15);
        }

        if (facts.SoundExcess is { } excess && Math.Abs(excess) > MaxSoundOffset)
        {
            yield return new FilmFinding("sound.length", Text($"The sound is {excess:0.00} seconds longer than the picture."), 11);
        }
    }

    private static IEnumerable<FilmFinding> Picture(FilmFacts facts)
    {
        if (facts.Flashes > MaxFlashes)
        {
            yield return new FilmFinding(
                "picture.flashes", $"The picture flashes {facts.Flashes} times within a second; more than {MaxFlashes} can harm people.", 40);
        }

        if (facts.LongestFreeze > MaxFreeze)
        {
            yield return new FilmFinding("picture.frozen", Text($"Nothing changes for {facts.LongestFreeze:0} seconds; {MaxFreeze} are the most."), 12);
        }

        if (facts.Blank > MaxBlank)
        {
            yield return new FilmFinding("picture.blank", Text($"The picture is empty for {facts.Blank:0.0} seconds."), 15);
        }

        if (facts.EdgeShare > MaxEdge)
        {
            yield return new FilmFinding("picture.edge", "Something is drawn at the very edge of the picture, where televisions cut.", 11);
        }

        if (facts.EndsAsItBegins == true && facts.Duration > MinJudged)
        {
            yield return new FilmFinding("picture.ending", "The last picture is the first one.", 4);
        }

        if (facts.Chapters is { } chapters && facts.Duration > MinJudged && chapters.Length > 1 && chapters.Min() < MinChapter - 0.1)
        {
            yield return new FilmFinding(
                "chapters.short", Text($"A chapter lasts {chapters.Min():0.0} seconds; players leave out those under {MinChapter}."), 11);
        }

        if (facts.Chapters is { Length: 0 } && facts.Duration > 60)
        {
            yield return new FilmFinding("chapters.missing", "The film has no chapters.", 5);
        }
    }

    private static IEnumerable<FilmFinding> Text(FilmFacts facts)
    {
        if (facts.MissingCharacters is { Length: > 0 } missing)
        {
            var shown = string.Join(' ', missing.Take(ShownCharacters)) + (missing.Length > ShownCharacters ? " …" : "");
            yield return new FilmFinding("text.boxes", $"Boxes stand for characters that no font of the machine had: {shown}.", 15);
        }

        if (facts.Words is not { Length: > 0 } words)
        {
            yield break;
        }

        if (words.Where(word => word.Height < MinTextHeight).MinBy(word => word.Height) is { } small)
        {
            yield return new FilmFinding(
                "text.small", Text($"\"{small.Text}\" is {small.Height:0} pixels high at 1080p; {MinTextHeight} are the least."), 8, small.Time);
        }

        if (words.Where(word => !IsClear(word) && !words.Any(other => IsClear(other) && IsSame(word, other))).MinBy(word => word.Contrast) is { } faint)
        {
            yield return new FilmFinding(
                "text.contrast", Text($"\"{faint.Text}\" has a contrast of {faint.Contrast:0.0}; {MinContrast} is the least."), 8, faint.Time);
        }

        if (facts.Captions is { Length: > 0 } captions && WordOverlap.Of(words, captions) is { } overlap && overlap > MaxOverlap)
        {
            yield return new FilmFinding(
                "text.repeated", Text($"{overlap:P0} of the spoken words stand on the picture at the same time; {MaxOverlap:P0} are the most."), 8);
        }
    }

    private static bool IsClear(ReadWord word) => word.Contrast >= MinContrast - ContrastTolerance;

    /// <summary>Whether two pictures show the same word: one that is faint while it enters or leaves is judged by the picture in which it stands.</summary>
    private static bool IsSame(ReadWord one, ReadWord other) =>
        one.Text == other.Text && Math.Abs(one.Left - other.Left) <= SamePlace && Math.Abs(one.Top - other.Top) <= SamePlace;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
