using System.Xml;
using System.Xml.Linq;
using SkiaSharp;
using Svg.Skia;
using Svg.Skia.TypefaceProviders;

namespace VideoGen.Stages.Slides;

/// <summary>
/// Draws SVG. A drawing is a document of its own, and may ask for much: what is fetched, run, or grows beyond bounds when its references are followed is
/// taken out of it or refused before it is drawn.
/// </summary>
internal static class SvgPicture
{
    private const int MaxBytes = 4 * 1024 * 1024;
    private const int MaxElements = 50_000;
    private const float MaxSide = 20_000;

    /// <summary>The side to which a drawing without one is brought, so that it is sharp on every slide.</summary>
    private const int DrawnWidth = 1_920;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";
    private static readonly XNamespace XLink = "http://www.w3.org/1999/xlink";

    /// <summary>What a reference may begin with: what is in the drawing itself.</summary>
    private static readonly string[] OwnReferences = ["#", "data:image/png", "data:image/jpeg"];

    private static readonly string[] Forbidden = ["script", "foreignObject", "handler", "iframe", "audio", "video", "animate", "set"];

    public static bool Is(ReadOnlySpan<byte> bytes)
    {
        var start = bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
        return start[..Math.Min(start.Length, 2_000)].TrimStart(" \t\r\n"u8).StartsWith("<"u8) && bytes.IndexOf("<svg"u8) >= 0;
    }

    /// <summary>The drawing at about the size of a slide; null where it is none, or one that is not drawn.</summary>
    public static SKImage? Load(string path, int width, int height)
    {
        if (new FileInfo(path).Length > MaxBytes || File.ReadAllBytes(path) is var bytes && !Is(bytes) || Clean(bytes) is not { } text)
        {
            return null;
        }

        try
        {
            using var svg = new SKSvg();
            svg.Settings.EnableExternalJavaScript = false;
            svg.Settings.TypefaceProviders!.Insert(0, new OwnFonts());
            return svg.FromSvg(text) is { } picture ? Draw(picture, width, height) : null;
        }
#pragma warning disable CA1031 // Whatever the library says of a drawing of somebody's, it is one that can't be drawn.
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }

    private static SKImage? Draw(SKPicture picture, int width, int height)
    {
        var bounds = picture.CullRect;
        if (!(bounds.Width > 0 && bounds.Height > 0 && bounds.Width < MaxSide && bounds.Height < MaxSide))
        {
            return null;
        }

        var scale = Math.Min(Math.Max(width, DrawnWidth) / bounds.Width, Math.Max(height, DrawnWidth) / bounds.Height);
        var info = new SKImageInfo(
            Math.Max(1, (int)(bounds.Width * scale)), Math.Max(1, (int)(bounds.Height * scale)), SKColorType.Bgra8888, SKAlphaType.Premul);
        using var surface = SKSurface.Create(info);
        surface.Canvas.Clear(SKColors.Transparent);
        surface.Canvas.Scale(scale);
        surface.Canvas.Translate(-bounds.Left, -bounds.Top);
        surface.Canvas.DrawPicture(picture);
        return surface.Snapshot();
    }

    /// <summary>The drawing without what it may not do; null where it is not well formed, or too much.</summary>
    private static string? Clean(byte[] bytes)
    {
        try
        {
            var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null, MaxCharactersInDocument = MaxBytes };
            using var reader = XmlReader.Create(new MemoryStream(bytes), settings);
            var document = XDocument.Load(reader);
            document.Descendants().Where(element => Forbidden.Contains(element.Name.LocalName)).ToList().ForEach(element => element.Remove());
            foreach (var element in document.Descendants())
            {
                element.Attributes().Where(IsForbidden).Remove();
                if (element.Name.LocalName == "style" && (element.Value.Contains("@import", StringComparison.OrdinalIgnoreCase)
                    || element.Value.Contains("url(", StringComparison.OrdinalIgnoreCase)))
                {
                    element.Value = "";
                }
            }

            return document.Root?.Name == Svg + "svg" && new SvgSize(document).IsWithin(MaxElements) ? document.ToString(SaveOptions.DisableFormatting) : null;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static bool IsForbidden(XAttribute attribute)
    {
        var value = string.Concat(attribute.Value.Where(c => !char.IsWhiteSpace(c) && c is not ('"' or '\'')));
        var isReference = attribute.Name == "href" || attribute.Name == XLink + "href";
        return attribute.Name.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase)
            || (isReference && !OwnReferences.Any(own => value.StartsWith(own, StringComparison.OrdinalIgnoreCase)))
            || value.Split("url(", StringSplitOptions.None).Skip(1).Any(target => !target.StartsWith('#'));
    }

    /// <summary>Text in a drawing has the fonts that travel with the program, so that it too looks the same on every machine.</summary>
    private sealed class OwnFonts : ITypefaceProvider
    {
        public SKTypeface? FromFamilyName(string fontFamily, SKFontStyleWeight fontWeight, SKFontStyleWidth fontWidth, SKFontStyleSlant fontStyle)
        {
            var isMono = fontFamily.Contains("mono", StringComparison.OrdinalIgnoreCase) || fontFamily.Contains("courier", StringComparison.OrdinalIgnoreCase);
            return SlideFonts.TypefaceOf(new TextStyle(
                SKColors.Black, Bold: fontWeight >= SKFontStyleWeight.SemiBold, Mono: isMono, Italic: fontStyle != SKFontStyleSlant.Upright));
        }
    }
}
