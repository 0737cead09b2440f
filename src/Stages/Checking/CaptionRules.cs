using System.Collections.Immutable;
using System.Globalization;

namespace VideoGen.Stages.Checking;

/// <summary>What a caption must be to be read in time: the numbers of the trade's style guides.</summary>
internal static class CaptionRules
{
    private const int MaxLines = 2;
    private const int MaxLineWidth = 42;
    private const double MinDuration = 5 / 6.0;
    private const double MaxDuration = 7;
    private const double UsualSpeed = 17;
    private const double MaxSpeed = 20;
    private const double UsualShare = 0.95;
    private const double MaxWordsAMinute = 180;
    private const double MinWordsAMinute = 90;
    private const double MaxLag = 0.5;
    private const double Rounding = 0.02;

    /// <summary>A line that ends with one of these reads badly: what it belongs to is in the next.</summary>
    private static readonly HashSet<string> Openers = new(
        "a an the of in on at by for from with to and or but is are was were be as than that my your his her its our their".Split(' '),
        StringComparer.OrdinalIgnoreCase);

    public static IEnumerable<FilmFinding> Judge(
        ImmutableArray<FilmCaption>? measured, ImmutableArray<(double Start, double End)>? speech, double duration)
    {
        if (measured is not { Length: > 0 } captions)
        {
            return [new FilmFinding("captions.missing", "The film has no captions.", 15)];
        }

        return [.. captions.SelectMany(One), .. Speed(captions), .. Pairs(captions), .. Pace(captions, speech), .. Timing(captions, speech, duration)];
    }

    private static IEnumerable<FilmFinding> One(FilmCaption caption)
    {
        if (caption.Lines.Length > MaxLines)
        {
            yield return At("captions.lines", caption, $"A caption has {caption.Lines.Length} lines; {MaxLines} are the most", 11);
        }

        if (caption.Lines.FirstOrDefault(line => Text.TextWidth.Of(line) > MaxLineWidth) is { } wide)
        {
            yield return At("captions.wide", caption, $"A line has {Text.TextWidth.Of(wide)} characters; {MaxLineWidth} are the most", 11);
        }

        var seconds = caption.End - caption.Start;
        if (seconds < MinDuration - Rounding)
        {
            yield return At("captions.brief", caption, $"A caption is shown for {seconds:0.00} seconds; {MinDuration:0.00} are the least", 11);
        }

        if (seconds > MaxDuration + Rounding)
        {
            yield return At("captions.long", caption, $"A caption is shown for {seconds:0.0} seconds; {MaxDuration} are the most", 11);
        }

        if (SpeedOf(caption) > MaxSpeed + Rounding)
        {
            yield return At("captions.fast", caption, $"A caption has {SpeedOf(caption):0.0} characters a second; {MaxSpeed} are the most", 11);
        }

        if (caption.Lines is [{ } first, _] && first.Split(' ')[^1] is var last && Openers.Contains(last))
        {
            yield return At("captions.break", caption, $"A line ends with \"{last}\"", 6);
        }
    }

    private static IEnumerable<FilmFinding> Speed(ImmutableArray<FilmCaption> captions)
    {
        var usual = captions.Count(caption => SpeedOf(caption) <= UsualSpeed + Rounding) / (double)captions.Length;
        if (usual < UsualShare && captions.Length >= 3)
        {
            yield return new FilmFinding(
                "captions.speed", $"{Percent(1 - usual)} of the captions have more than {UsualSpeed} characters a second; {Percent(1 - UsualShare)} may.", 11);
        }
    }

    private static IEnumerable<FilmFinding> Pairs(ImmutableArray<FilmCaption> captions)
    {
        foreach (var (one, next) in captions.Zip(captions.Skip(1)))
        {
            if (next.Start < one.End - Rounding)
            {
                yield return At("captions.overlap", next, "A caption appears before the one before it is gone", 11);
            }
        }
    }

    private static IEnumerable<FilmFinding> Pace(ImmutableArray<FilmCaption> captions, ImmutableArray<(double Start, double End)>? speech)
    {
        var spoken = speech?.Sum(part => part.End - part.Start) ?? captions.Sum(caption => caption.End - caption.Start);
        var words = captions.Sum(caption => WordOverlap.Split(caption.Text).Sum(WordsSaid));
        var wide = captions.Sum(caption => caption.Text.EnumerateRunes().Count(rune => Text.TextWidth.Of(rune) == 2));
        if (spoken < 10 || wide * 2 > captions.Sum(caption => caption.Text.Length))
        {
            yield break;
        }

        var pace = words / spoken * 60;
        if (pace is > MaxWordsAMinute or < MinWordsAMinute)
        {
            FormattableString what = $"{pace:0} words a minute are spoken; {MinWordsAMinute} to {MaxWordsAMinute} are right.";
            yield return new FilmFinding("pace", what.ToString(CultureInfo.InvariantCulture), 11);
        }
    }

    /// <summary>A number is one word on the screen and several in the ear: about one for two digits.</summary>
    private static int WordsSaid(string word) => Math.Max(1, (word.Count(char.IsDigit) + 1) / 2);

    /// <summary>The first words are heard when their caption appears, and the captions end with the film.</summary>
    private static IEnumerable<FilmFinding> Timing(ImmutableArray<FilmCaption> captions, ImmutableArray<(double Start, double End)>? speech, double duration)
    {
        if (speech is { Length: > 0 } parts)
        {
            var lags = captions
                .Select(caption => parts.Select(part => part.Start - caption.Start).Where(lag => Math.Abs(lag) < 3).DefaultIfEmpty(0).MinBy(Math.Abs))
                .Order().ToList();
            var lag = parts[0].Start - captions[0].Start;
            if (Math.Abs(lag) > MaxLag)
            {
                yield return At("captions.late", captions[0], $"The first caption and the first word are {Math.Abs(lag):0.0} seconds apart", 11);
            }
            else if (Math.Abs(lags[lags.Count / 2]) > MaxLag)
            {
                FormattableString what = $"Captions and words are {Math.Abs(lags[lags.Count / 2]):0.0} seconds apart.";
                yield return new FilmFinding("captions.late", what.ToString(CultureInfo.InvariantCulture), 11);
            }
        }

        if (captions[^1].End > duration + 0.5)
        {
            yield return At("captions.after", captions[^1], "A caption is to be shown after the end", 11);
        }
    }

    private static double SpeedOf(FilmCaption caption) => Text.TextWidth.Of(caption.Text) / Math.Max(0.01, caption.End - caption.Start);

    private static string Percent(double share) => share.ToString("P0", CultureInfo.InvariantCulture);

    private static FilmFinding At(string rule, FilmCaption caption, FormattableString what, int points) =>
        new(rule, $"{what.ToString(CultureInfo.InvariantCulture)}: \"{Text.TextWidth.Cut(caption.Text, 60)}\".", points, Math.Round(caption.Start, 3));

    private static FilmFinding At(string rule, FilmCaption caption, string what, int points) =>
        new(rule, $"{what}: \"{Text.TextWidth.Cut(caption.Text, 60)}\".", points, Math.Round(caption.Start, 3));
}
