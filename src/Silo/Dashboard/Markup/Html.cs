using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace VideoGen.Silo.Dashboard.Markup;

/// <summary>
/// HTML as an interpolated string: the text is markup, and whatever stands in braces is encoded unless it is markup itself. So text of others can't become
/// markup by mistake. Attributes are written in quotes.
/// </summary>
[InterpolatedStringHandler]
internal readonly struct Html
{
    /// <summary>Pages are UTF-8, so that only what could be markup needs another form.</summary>
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder? _text;

    public Html(int literalLength, int formattedCount) => _text = new StringBuilder(literalLength + (formattedCount * 16));

    private Html(StringBuilder text) => _text = text;

    public static Html Empty => default;

    public bool IsEmpty => _text is null or { Length: 0 };

    public void AppendLiteral(string markup) => _text!.Append(markup);

    public void AppendFormatted(Html markup) => _text!.Append(markup._text);

    public void AppendFormatted(IEnumerable<Html> markups)
    {
        foreach (var markup in markups)
        {
            _text!.Append(markup._text);
        }
    }

    public void AppendFormatted(string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            _text!.Append(Encoder.Encode(text));
        }
    }

    public void AppendFormatted<T>(T value)
    {
        if (value is IEnumerable<Html> markups)
        {
            AppendFormatted(markups);
        }
        else
        {
            AppendFormatted(value is IFormattable formattable ? formattable.ToString(null, CultureInfo.InvariantCulture) : value?.ToString());
        }
    }

    /// <summary>The markup when the condition holds, else nothing.</summary>
    public static Html If(bool condition, Html markup) => condition ? markup : default;

    /// <summary>An attribute without a value, such as <c>hidden</c>, or nothing.</summary>
    public static Html Flag(string attribute, bool isSet) => isSet ? (Html)$" {attribute}" : default;

    /// <summary>An attribute, or nothing where there is no value.</summary>
    public static Html Attribute(string name, string? value) => value is null ? default : (Html)$" {name}=\"{value}\"";

    /// <summary>
    /// Marks markup that changes by itself: of a page that moves, only the innermost marked parts that are different are sent. It is one element that
    /// has the id.
    /// </summary>
    public static Html Live(string id, Html element)
    {
        var text = new StringBuilder();
        return new Html(text.Append(Opening).Append(id).Append(End).Append(element._text).Append(Closing).Append(id).Append(End));
    }

    /// <summary>The comments that stand around a marked part; text of others is encoded, so it holds none of them.</summary>
    internal const string Opening = "<!--[";

    internal const string Closing = "<!--]";

    internal const string End = "-->";

    public override string ToString() => _text?.ToString() ?? "";
}
