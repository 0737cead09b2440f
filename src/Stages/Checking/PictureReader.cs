using System.Collections.Immutable;
using System.Globalization;
using SkiaSharp;
using VideoGen.Stages.Media;
using VideoGen.Stages.Slides;

namespace VideoGen.Stages.Checking;

/// <summary>Reads the text in pictures of a film, as a viewer would have to.</summary>
internal sealed class PictureReader(FilmTools runs, string folder)
{
    /// <summary>The most pictures that are read.</summary>
    private const int MaxPictures = 24;

    private const double MinConfidence = 70;
    private const int ShorterSide = 1080;

    /// <summary>The most of a letter's width against the height of a capital one: an "M" in bold has 1.3.</summary>
    private const double MaxLetterShape = 1.5;

    /// <summary>The share of the darkest and lightest pixels of a word's box that are its letters or their ground.</summary>
    private const double Extreme = 0.04;

    public async Task<ImmutableArray<ReadWord>> ReadAsync(FilmFacts facts, CancellationToken cancellationToken)
    {
        var words = ImmutableArray.CreateBuilder<ReadWord>();
        foreach (var time in Times(facts))
        {
            await runs.RunAsync(
                MediaTool.Ffmpeg,
                [
                    .. FilmTools.Quiet, "-ss", time.ToString("0.000", CultureInfo.InvariantCulture), .. FilmTools.Input, "-frames:v", "1", "-vf",
                    facts.Width >= facts.Height ? $"scale=-2:{ShorterSide}" : $"scale={ShorterSide}:-2", "picture.png",
                ],
                "Taking a picture of the film",
                null,
                cancellationToken).ConfigureAwait(false);
            if (!File.Exists(Path.Combine(folder, "picture.png")))
            {
                continue;
            }

            var lines = new List<string>();
            await runs.RunAsync(
                MediaTool.Tesseract, ["picture.png", "stdout", "--psm", "11", "-c", "tessedit_create_tsv=1"], "Reading a picture", lines.Add, cancellationToken)
                .ConfigureAwait(false);
            using var picture = SKBitmap.Decode(Path.Combine(folder, "picture.png"));
            words.AddRange(lines.Select(line => WordOf(line, time, picture)).OfType<ReadWord>());
            File.Delete(Path.Combine(folder, "picture.png"));
        }

        return words.ToImmutable();
    }

    /// <summary>Late in each caption, when what it speaks of is there; without captions, evenly.</summary>
    private static IEnumerable<double> Times(FilmFacts facts)
    {
        ImmutableArray<double> all = facts.Captions is { Length: > 0 } captions
            ? [.. captions.Select(caption => caption.Start + ((caption.End - caption.Start) * 0.8)).Where(time => time < facts.Duration)]
            : [.. Enumerable.Range(0, MaxPictures).Select(i => facts.Duration * (i + 0.5) / MaxPictures)];
        var step = Math.Max(1, (all.Length + MaxPictures - 1) / MaxPictures);
        return all.Where((_, i) => i % step == 0);
    }

    /// <summary>A word that was read with confidence and whose box tells how large its letters are.</summary>
    private static ReadWord? WordOf(string line, double time, SKBitmap picture)
    {
        var cells = line.Split('\t');
        if (cells.Length < 12 || cells[0] != "5" || !double.TryParse(cells[10], CultureInfo.InvariantCulture, out var confidence) || confidence < MinConfidence)
        {
            return null;
        }

        var text = cells[11].Trim();
        var box = new[] { cells[6], cells[7], cells[8], cells[9] }.Select(cell => int.Parse(cell, CultureInfo.InvariantCulture)).ToArray();
        return text.Count(char.IsLetterOrDigit) < 2 || !text.Any(IsTall) ? null
            : new ReadWord(
                time, text, HeightOf(text, box[2], box[3]), ContrastIn(picture, new SKRectI(box[0], box[1], box[0] + box[2], box[1] + box[3])), box[0], box[1]);
    }

    /// <summary>Letters are hardly wider than they are high. Where a box says so of a whole word, the reader took a part of its height.</summary>
    internal static double? HeightOf(string text, int width, int height) => width > text.Length * height * MaxLetterShape ? null : height;

    /// <summary>Whether a letter is as high as a capital one. A "t" is not: a word such as "turn" would be taken for smaller than it is.</summary>
    internal static bool IsTall(char c) => char.IsUpper(c) || char.IsDigit(c) || c is 'b' or 'd' or 'f' or 'h' or 'k' or 'l';

    private static double ContrastIn(SKBitmap picture, SKRectI box)
    {
        var area = SKRectI.Intersect(box, new SKRectI(0, 0, picture.Width, picture.Height));
        var pixels = new List<SKColor>();
        for (var y = area.Top; y < area.Bottom; y++)
        {
            for (var x = area.Left; x < area.Right; x++)
            {
                pixels.Add(picture.GetPixel(x, y));
            }
        }

        if (pixels.Count == 0)
        {
            return 21;
        }

        pixels.Sort((one, other) => Brightness(one).CompareTo(Brightness(other)));
        var at = Math.Min(pixels.Count - 1, (int)(pixels.Count * Extreme));
        return SlideTheme.Contrast(pixels[at], pixels[pixels.Count - 1 - at]);
    }

    private static int Brightness(SKColor color) => (color.Red * 3) + (color.Green * 6) + color.Blue;
}
