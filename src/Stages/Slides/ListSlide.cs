using System.Collections.Immutable;
using System.Globalization;
using SkiaSharp;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Slides;

/// <summary>Items with bullets or numbers, each appearing when the voice comes to it.</summary>
internal static class ListSlide
{
    private const float MaxWidth = 1560;

    /// <summary>How far a nested item is moved in from the one that it belongs to, in font sizes.</summary>
    private const float LevelInset = 1.1f;

    private const int MaxLevel = 4;

    /// <summary>The height of the line that counts the items that had no room.</summary>
    private const float NoteHeight = 52;

    public static ImmutableArray<SlideLayer> Layers(SlideSheet sheet, Scene scene, SKRect box)
    {
        var items = scene.Lines.Where(line => !string.IsNullOrWhiteSpace(line)).ToList();
        var numbers = Numbers(scene, items);
        var digits = (scene.Start + items.Count).ToString(CultureInfo.InvariantCulture).Length;
        var indent = scene.Ordered ? 52 + (24 * digits) : 56;
        var room = new SKSize(Math.Min(box.Width, MaxWidth) - indent, box.Height);
        var text = Fit(sheet, items, room);
        if (text.Paragraphs.Length < items.Count)
        {
            text = Fit(sheet, items, room with { Height = room.Height - NoteHeight });
        }

        var layers = ImmutableArray.CreateBuilder<SlideLayer>();
        var y = text.Paragraphs.Length < items.Count ? box.Top : SlideSheet.TopIn(box, text.Height);
        for (var i = 0; i < text.Paragraphs.Length; i++)
        {
            var (item, top) = (i, y);
            layers.Add(new SlideLayer(
                canvas =>
                {
                    DrawMark(canvas, sheet, numbers[item], text, text.Paragraphs[item].Inset, box.Left, top);
                    text.DrawParagraph(canvas, item, box.Left + indent, top);
                },
                items[i]));
            y += text.HeightOf(i) + text.Gap;
        }

        if (text.Paragraphs.Length < items.Count)
        {
            var note = string.Create(CultureInfo.InvariantCulture, $"and {items.Count - text.Paragraphs.Length} more");
            layers.Add(new SlideLayer(
                canvas => sheet.Shaper.Draw(canvas, note, new TextStyle(SlideTheme.Muted), 24, box.Left + indent, box.Bottom - 12), items[^1]));
        }

        return layers.ToImmutable();
    }

    private static TextBlock Fit(SlideSheet sheet, List<string> items, SKSize room) =>
        TextBlock.Fit(
            sheet.Shaper,
            items,
            new TextStyle(SlideTheme.Primary, LineHeight: 1.38f),
            room,
            (60, 22),
            gap: 0.7f,
            balanced: true,
            inset: item => Level(item) * LevelInset);

    private static int Level(string item) => Math.Min((item.Length - item.TrimStart(' ').Length) / 2, MaxLevel);

    /// <summary>The numbers of the items of the first level of a numbered list; nested items have marks.</summary>
    internal static ImmutableArray<int?> Numbers(Scene scene, IEnumerable<string> items)
    {
        var next = scene.Start;
        return [.. items.Select(item => scene.Ordered && Level(item) == 0 ? next++ : (int?)null)];
    }

    private static void DrawMark(SKCanvas canvas, SlideSheet sheet, int? number, TextBlock text, float inset, float x, float top)
    {
        x += inset;
        if (number is { } value)
        {
            var style = new TextStyle(sheet.Theme.Accent, Bold: true);
            sheet.Shaper.Draw(canvas, value.ToString(CultureInfo.InvariantCulture), style, text.Size, x, top + (text.LineHeight / 2) + (text.Size * 0.355f));
            return;
        }

        if (inset > 0)
        {
            // A dash, so that what is nested is told apart at a glance.
            var middle = top + (text.LineHeight / 2);
            SlideSheet.FillRounded(canvas, new SKRect(x + 4, middle - 2.5f, x + 4 + (text.Size * 0.4f), middle + 2.5f), 2.5f, sheet.Theme.Accent);
            return;
        }

        var side = text.Size * 0.28f;
        var y = top + ((text.LineHeight - side) / 2);
        SlideSheet.FillRounded(canvas, new SKRect(x + 6, y, x + 6 + side, y + side), side * 0.28f, sheet.Theme.Accent);
    }
}
