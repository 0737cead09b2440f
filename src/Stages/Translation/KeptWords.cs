using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace VideoGen.Stages.Translation;

/// <summary>
/// A text whose addresses, names of code and formulas are taken out, so that nobody translates them: a number in braces stands in the place of each.
/// </summary>
/// <param name="Text">With the places.</param>
/// <param name="Words">What stands in them, in order.</param>
internal sealed partial record KeptWords(string Text, ImmutableArray<string> Words)
{
    public static KeptWords Of(string text)
    {
        var words = ImmutableArray.CreateBuilder<string>();
        var masked = Kept().Replace(text, match =>
        {
            words.Add(match.Value);
            return Place(words.Count);
        });
        return new KeptWords(masked, words.ToImmutable());
    }

    /// <summary>Whether anything is left to translate.</summary>
    public bool HasWords => Places().Replace(Text, "").Any(char.IsLetter);

    /// <summary>Puts the words back into the translation; null where it does not have each place just once, or other numbers than the text.</summary>
    public string? Restore(string translation)
    {
        var places = Places().Matches(translation).Select(place => place.Value).Order(StringComparer.Ordinal);
        if (!places.SequenceEqual(Enumerable.Range(1, Words.Length).Select(Place).Order(StringComparer.Ordinal), StringComparer.Ordinal)
            || NumbersOf(Places().Replace(translation, "")) != NumbersOf(Places().Replace(Text, "")))
        {
            return null;
        }

        return Places().Replace(translation, place => Words[int.Parse(place.ValueSpan[1..^1], CultureInfo.InvariantCulture) - 1]);
    }

    private static string Place(int number) => string.Create(CultureInfo.InvariantCulture, $"{{{number}}}");

    /// <summary>The numbers of a text in any order, without what groups their digits: 1,000 is 1.000 elsewhere, and words stand in another order.</summary>
    private static string NumbersOf(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var digit = Rune.IsDigit(rune) ? (int)Rune.GetNumericValue(rune) : -1;
            plain.Append(digit >= 0 ? digit.ToString(CultureInfo.InvariantCulture) : rune.ToString());
        }

        var joined = Grouped().Replace(plain.ToString(), match => string.Concat(match.Value.Where(char.IsAsciiDigit)));
        return string.Join(' ', Digits().Matches(joined).Select(match => match.Value).Order(StringComparer.Ordinal));
    }

    /// <summary>
    /// In this order: what looks like a place itself; addresses; formulas; options and variables; paths; calls, names with signs and names of files; names with
    /// a capital within. Runs of signs are bounded, so that no text takes long.
    /// </summary>
    [GeneratedRegex(
        @"\{\d+\}"
        + @"|\b(?:https?|ftp)://[^\s)\]>]*[^\s)\]>.,;:!?]|\bwww\.[^\s)\]>]*[^\s)\]>.,;:!?]|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+"
        + @"|(?<![\w.])[\p{L}\p{N}²³⁰-₟()√∑∫∞^/*·|]{1,12}(?:\s?[=≈≤≥≠∈→±×÷⇒⇔]\s?[\p{L}\p{N}²³⁰-₟()√∑∫∞^/*·|.,]{0,11}[\p{L}\p{N}²³⁰-₟()√∞|])+"
        + @"|(?<!\S)--?[A-Za-z][\w-]*(?:=[\w./-]*\w)?|\$[A-Za-z_]\w*|\$\{\w+\}"
        + @"|(?<![\w/])(?:~|\.{1,2})?/[\w.@-]+(?:/[\w.@-]+)*(?<![.,])|(?<![\w.@-])[\w.@-]{1,64}(?:/[\w.@-]{1,64}){2,}(?<![.,])"
        + @"|\b[A-Za-z_][\w.]{0,80}\(\)|(?<![\w.-])[A-Za-z_][\w-]{0,80}(?:\.[A-Za-z_]\w+)+\b"
        + @"|\b[A-Za-z]\w*(?:(?:::|->)\w+)+|\b\w*[A-Za-z0-9]_[A-Za-z0-9]\w*|\b__\w+__"
        + @"|\b[A-Z]?[a-z]+(?:[A-Z][a-z0-9]*)+\b|\b[A-Z]+[a-z]+[A-Z]\w*\b",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Kept();

    [GeneratedRegex(@"\{\d{1,4}\}")]
    private static partial Regex Places();

    [GeneratedRegex(@"(?<!\d)[0-9]{1,3}(?:[.,'’ \u00A0\u202F][0-9]{3})+(?!\d)")]
    private static partial Regex Grouped();

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();
}
