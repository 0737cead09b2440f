using System.Collections.Immutable;
using System.Globalization;
using SkiaSharp;
using VideoGen.Stages.Scenes;

namespace VideoGen.Stages.Slides;

/// <summary>Items with bullets or numbers, each appearing when the voice comes to it.</summary>
internal static class ListSlide
{
    private const float MaxWidth = 1500;

    /// <summary>For the line that counts the items that had no room.</summary>
    private const float NoteHeight = 52;

    public static ImmutableArray<SlideLayer> Layers(SlideSheet sheet, Scene scene, SKRect box)
    {
        var items = scene.Lines.Where(line => !string.IsNullOrWhiteSpace(line)).ToList();
        var digits = items.Count.ToString(CultureInfo.InvariantCulture).Length;
        var indent = scene.Ordered ? 52 + (24 * digits) : 56;
        var room = new SKSize(Math.Min(box.Width, MaxWidth) - indent, box.Height);
        var text = Fit(sheet, items, room);
        if (text.Paragraphs.Length < items.Count)
        {
            text = Fit(sheet, items, room with { Height = room.Height - NoteHeight });
        }

        var layers = ImmutableArray.CreateBuilder<SlideLayer>();
        var y = box.Top;
        for (var i = 0; i < text.Paragraphs.Length; i++)
        {
            var (item, top) = (i, y);
            layers.Add(new SlideLayer(
                canvas =>
                {
                    DrawMark(canvas, sheet, scene.Ordered ? item + 1 : null, text, box.Left, top);
                    text.DrawParagraph(canvas, item, box.Left + indent, top);
                },
                items[i]));
            y += text.HeightOf(i) + text.Gap;
        }

        if (text.Paragraphs.Length < items.Count)
        {
            var note = string.Create(CultureInfo.InvariantCulture, $"and {items.Count - text.Paragraphs.Length} more");
            layers.Add(new SlideLayer(canvas => sheet.Shaper.Draw(canvas, note, new TextStyle(SlideTheme.Muted), 24, box.Left + indent, box.Bottom - 12), items[^1]));
        }

        return layers.ToImmutable();
    }

    private static TextBlock Fit(SlideSheet sheet, List<string> items, SKSize room) =>
        TextBlock.Fit(sheet.Shaper, items, new TextStyle(SlideTheme.Primary, LineHeight: 1.38f), room, (52, 22), gap: 0.7f);

    private static void DrawMark(SKCanvas canvas, SlideSheet sheet, int? number, TextBlock text, float x, float top)
    {
        if (number is { } value)
        {
            var style = new TextStyle(sheet.Theme.Accent, Bold: true);
            sheet.Shaper.Draw(canvas, value.ToString(CultureInfo.InvariantCulture), style, text.Size, x, top + (text.LineHeight / 2) + (text.Size * 0.355f));
            return;
        }

        var side = text.Size * 0.28f;
        var y = top + ((text.LineHeight - side) / 2);
        SlideSheet.FillRounded(canvas, new SKRect(x + 6, y, x + 6 + side, y + side), side * 0.28f, sheet.Theme.Accent);
    }
}
