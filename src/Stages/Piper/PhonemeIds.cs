using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using VideoGen.Stages.Text;

namespace VideoGen.Stages.Piper;

/// <summary>
/// A sentence as a model reads it: begin, pad, then each phoneme with a pad behind it, then end. A phoneme is one code point of the decomposed text (NFD), and
/// so is a stress, a length, a blank between words and the mark that ends a clause.
/// </summary>
/// <param name="Ids">What the model reads.</param>
/// <param name="SoundCount">How many of the phonemes are sounds: no stress, length, blank or mark.</param>
/// <param name="Unknown">Those that the model has no ids for.</param>
internal sealed partial record PhonemeIds(ImmutableArray<long> Ids, int SoundCount, ImmutableArray<string> Unknown)
{
    /// <param name="clauses">The phonemes of each clause, and the mark that ends it.</param>
    /// <param name="config">The model's.</param>
    public static PhonemeIds Of(IEnumerable<(string Phonemes, char Mark)> clauses, PiperConfig config)
    {
        var ids = ImmutableArray.CreateBuilder<long>();
        var unknown = new SortedSet<string>(StringComparer.Ordinal);
        var pad = config.PhonemeIds[PiperConfig.Pad];
        var sounds = 0;
        ids.AddRange(config.PhonemeIds[PiperConfig.Begin]);
        ids.AddRange(pad);
        foreach (var phoneme in Sequence(clauses).SelectMany(sign => config.PhonemeMap.TryGetValue(sign, out var others) ? others : [sign]))
        {
            if (config.PhonemeIds.TryGetValue(phoneme, out var known))
            {
                ids.AddRange(known);
                ids.AddRange(pad);
                sounds += IsSound(phoneme) ? 1 : 0;
            }
            else if (!IsPause(phoneme))
            {
                unknown.Add(phoneme);
            }
        }

        ids.AddRange(config.PhonemeIds[PiperConfig.End]);
        return new PhonemeIds(ids.ToImmutable(), sounds, [.. unknown]);
    }

    /// <summary>
    /// The phonemes in the lines that espeak-ng writes for one clause. It names the language in brackets where it changes to that of a foreign word, and
    /// may tie the two letters of one sound together.
    /// </summary>
    public static string OfEspeak(IEnumerable<string> lines) =>
        LanguageChange().Replace(string.Join(' ', lines), "").Replace("\u0361", "", StringComparison.Ordinal).Replace("\u200D", "", StringComparison.Ordinal);

    /// <summary>The letters of a clause, for a model that reads them.</summary>
    public static string OfText(string text) => text.ToLowerInvariant();

    private static IEnumerable<string> Sequence(IEnumerable<(string Phonemes, char Mark)> clauses)
    {
        var isFirst = true;
        foreach (var (phonemes, mark) in clauses)
        {
            if (!isFirst)
            {
                yield return " ";
            }

            isFirst = false;
            var hadBlank = true;
            foreach (var rune in NormalForms.Decomposed(phonemes.Trim()))
            {
                var isBlank = Rune.IsWhiteSpace(rune);
                var sign = isBlank ? " " : rune.ToString();

                // Whatever a text holds, the signs of begin, pad and end are ours alone.
                if (sign is not (PiperConfig.Begin or PiperConfig.Pad or PiperConfig.End) && !Rune.IsControl(rune) && !(isBlank && hadBlank))
                {
                    yield return sign;
                    hadBlank = isBlank;
                }
            }

            yield return mark.ToString();
        }
    }

    private static bool IsSound(string phoneme) =>
        CharUnicodeInfo.GetUnicodeCategory(phoneme, 0) is UnicodeCategory.LowercaseLetter or UnicodeCategory.OtherLetter or UnicodeCategory.UppercaseLetter;

    /// <summary>What is not missed where a model does not know it.</summary>
    private static bool IsPause(string phoneme) => phoneme is " " || char.IsPunctuation(phoneme, 0);

    [GeneratedRegex(@"\([a-z]{2,}(-[a-z0-9]+)*\)", RegexOptions.ExplicitCapture)]
    private static partial Regex LanguageChange();
}
