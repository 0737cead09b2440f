using System.Collections.Immutable;
using SkiaSharp;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Slides;

/// <summary>
/// The key phrases of what is said, each on a card with a figure or its number. The cards are there from the beginning, and each is filled when the voice
/// comes to it.
/// </summary>
internal static class PointSlide
{
    private const float Gap = 32;
    private const float Padding = 40;
    private const float Radius = 28;
    private const float FigureSize = 116;
    private const float MaxCardHeight = 520;

    public static ImmutableArray<SlideLayer> Layers(SlideSheet sheet, Scene scene, SKRect box)
    {
        var points = scene.Points!.Value;
        var isRightToLeft = ListSlide.IsRightToLeft([.. points.Select(point => point.Text)]);
        var boxes = Boxes(sheet, box, points.Length, isRightToLeft);
        var figures = new List<Figure>();
        var cards = ImmutableArray.CreateBuilder<Card>();
        var size = points.Length == 1 ? 60f : 48f;
        for (var i = 0; i < points.Length; i++)
        {
            figures.Add(Figure.Of(points[i].Text, figures));
            cards.Add(new Card(sheet, boxes[i], points[i], figures[i], size, isRightToLeft));
        }

        var smallest = cards.Min(card => card.Size);
        var even = cards.Select((card, i) => new Card(sheet, boxes[i], points[i], figures[i], smallest, isRightToLeft)).ToImmutableArray();
        return
        [
            new SlideLayer(canvas => Draw(canvas, sheet, box, even, -1)),
            .. even.Select((card, i) => new SlideLayer(canvas => Draw(canvas, sheet, box, even, i), points[i].Text)),
        ];
    }

    private static void Draw(SKCanvas canvas, SlideSheet sheet, SKRect box, ImmutableArray<Card> cards, int lit)
    {
        sheet.Erase(canvas, new SKRect(box.Left - 8, box.Top - 8, box.Right + 8, box.Bottom + 8));
        for (var i = 0; i < cards.Length; i++)
        {
            cards[i].Draw(canvas, isShown: i <= lit, isLit: i == lit);
        }
    }

    /// <summary>Side by side where the slide is wide, else one under the other.</summary>
    private static SKRect[] Boxes(SlideSheet sheet, SKRect box, int count, bool isRightToLeft)
    {
        if (sheet.Shape != SlideShape.Wide)
        {
            var height = Math.Min(MaxCardHeight * (count == 1 ? 1.4f : 1), (box.Height - (Gap * (count - 1))) / count);
            var from = SlideSheet.TopIn(box, (height * count) + (Gap * (count - 1)));
            return [.. Enumerable.Range(0, count).Select(i => from + (i * (height + Gap))).Select(y => new SKRect(box.Left, y, box.Right, y + height))];
        }

        var tall = Math.Min(box.Height, MaxCardHeight);
        var top = SlideSheet.TopIn(box, tall);
        var width = (box.Width - (Gap * (count - 1))) / count;
        return
        [
            .. Enumerable.Range(0, count).Select(i =>
            {
                var left = box.Left + ((isRightToLeft ? count - 1 - i : i) * (width + Gap));
                return new SKRect(left, top, left + width, top + tall);
            }),
        ];
    }

    private sealed class Card
    {
        private readonly SlideSheet _sheet;
        private readonly SKRect _box;
        private readonly Figure _figure;
        private readonly TextBlock _text;
        private readonly TextBlock? _number;
        private readonly SKRect _sign;
        private readonly SKPoint _textAt;

        public Card(SlideSheet sheet, SKRect box, ScenePoint point, Figure figure, float largest, bool isRightToLeft)
        {
            (_sheet, _box, _figure) = (sheet, box, figure);
            var isBeside = box.Width > box.Height * 1.35f;
            var inner = new SKRect(box.Left + Padding, box.Top + Padding, box.Right - Padding, box.Bottom - Padding);
            var signWidth = isBeside ? Math.Min(inner.Width * 0.3f, Math.Min(inner.Height, 220)) : inner.Width;
            _number = point.Number is not { } number ? null
                : TextBlock.Fit(
                    sheet.Shaper, [number], new TextStyle(sheet.Theme.Accent, Bold: true, LineHeight: 1.1f),
                    new SKSize(signWidth, 130), (104, 48), maxLines: 1, rightToLeft: isRightToLeft);
            var side = isBeside ? signWidth : FigureSize + 28;
            var signHeight = isBeside ? 0 : _number?.Height ?? side;
            var gap = isBeside ? 0 : 36;
            var room = isBeside
                ? new SKSize(inner.Width - signWidth - Padding, inner.Height)
                : new SKSize(inner.Width, inner.Height - signHeight - gap);
            _text = TextBlock.Fit(
                sheet.Shaper, [point.Text], new TextStyle(sheet.Theme.Primary, Bold: true, LineHeight: 1.24f), room, (largest, SlideSheet.SmallestReading),
                balanced: true, rightToLeft: isRightToLeft);
            var top = isBeside ? inner.Top : SlideSheet.TopIn(inner, signHeight + gap + _text.Height);
            var signTop = isBeside ? box.MidY - ((_number?.Height ?? side) / 2) : top;
            var signLeft = isRightToLeft ? inner.Right - (isBeside ? signWidth : side) : inner.Left;
            _sign = new SKRect(signLeft, signTop, signLeft + side, signTop + side);
            _textAt = isBeside
                ? new SKPoint(isRightToLeft ? inner.Left : inner.Left + signWidth + Padding, SlideSheet.TopIn(inner, _text.Height))
                : new SKPoint(inner.Left, top + signHeight + gap);
            NumberLeft = isRightToLeft && !isBeside ? inner.Left : signLeft;
        }

        public float Size => _text.Size;

        private float NumberLeft { get; }

        public void Draw(SKCanvas canvas, bool isShown, bool isLit)
        {
            var theme = _sheet.Theme;
            if (isShown)
            {
                SlideSheet.FillRounded(canvas, _box, Radius, isLit ? theme.Lit : theme.Panel);
            }

            SlideSheet.StrokeRounded(canvas, _box, Radius, isLit ? theme.Accent : theme.PanelEdge, isLit ? 4 : 2);
            if (!isShown)
            {
                return;
            }

            if (_number is { } number)
            {
                number.Draw(canvas, NumberLeft, _sign.Top);
            }
            else
            {
                SlideSheet.FillRounded(canvas, _sign, 24, isLit ? theme.Accent : theme.Lit);
                var inset = _sign.Width * 0.2f;
                _figure.Draw(
                    canvas, new SKRect(_sign.Left + inset, _sign.Top + inset, _sign.Right - inset, _sign.Bottom - inset), isLit ? theme.Panel : theme.Accent);
            }

            _text.Draw(canvas, _textAt.X, _textAt.Y);
        }
    }
}
