using System.Collections.Immutable;
using System.Text;

namespace VideoGen.Stages.Speech;

/// <summary>The script that a text is written in, as far as it decides who can speak it.</summary>
/// <param name="Name">As people call it.</param>
/// <param name="Languages">Languages of espeak-ng that read it, the likeliest first.</param>
internal sealed record WritingSystem(string Name, ImmutableArray<string> Languages)
{
    public static readonly WritingSystem Latin = new("Latin", ["en-gb", "en-us"]);

    private static readonly WritingSystem Unknown = new("unknown", []);

    private static readonly ImmutableArray<(int First, int Last, WritingSystem System)> Ranges =
    [
        (0x0041, 0x024F, Latin),
        (0x1E00, 0x1EFF, Latin),
        (0x0370, 0x03FF, new("Greek", ["el"])),
        (0x0400, 0x052F, new("Cyrillic", ["ru", "uk", "bg", "sr", "mk", "kk", "ky", "tt", "ba", "cv"])),
        (0x0530, 0x058F, new("Armenian", ["hy"])),
        (0x0590, 0x05FF, new("Hebrew", ["he"])),
        (0x0600, 0x077F, new("Arabic", ["ar", "fa", "ur", "sd", "ug"])),
        (0x0900, 0x097F, new("Devanagari", ["hi", "mr", "ne", "kok"])),
        (0x0980, 0x09FF, new("Bengali", ["bn", "as", "bpy"])),
        (0x0A00, 0x0A7F, new("Gurmukhi", ["pa"])),
        (0x0A80, 0x0AFF, new("Gujarati", ["gu"])),
        (0x0B00, 0x0B7F, new("Odia", ["or"])),
        (0x0B80, 0x0BFF, new("Tamil", ["ta"])),
        (0x0C00, 0x0C7F, new("Telugu", ["te"])),
        (0x0C80, 0x0CFF, new("Kannada", ["kn"])),
        (0x0D00, 0x0D7F, new("Malayalam", ["ml"])),
        (0x0D80, 0x0DFF, new("Sinhala", ["si"])),
        (0x0E00, 0x0E7F, new("Thai", ["th"])),
        (0x1000, 0x109F, new("Burmese", ["my"])),
        (0x10A0, 0x10FF, new("Georgian", ["ka"])),
        (0x1200, 0x139F, new("Ethiopic", ["am"])),
        (0x3040, 0x30FF, new("Japanese", ["ja"])),
        (0x3400, 0x4DBF, new("Chinese", ["cmn-latn-pinyin", "cmn", "yue"])),
        (0x4E00, 0x9FFF, new("Chinese", ["cmn-latn-pinyin", "cmn", "yue"])),
        (0xAC00, 0xD7AF, new("Korean", ["ko"])),
    ];

    /// <summary>Languages of espeak-ng that are not written in Latin letters.</summary>
    public static readonly ImmutableHashSet<string> OfOtherScripts =
        [.. Ranges.Where(range => range.System != Latin).SelectMany(range => range.System.Languages)];

    public bool IsLatin => ReferenceEquals(this, Latin);

    /// <summary>The script of most letters of a text; null where it has neither letters nor digits.</summary>
    public static WritingSystem? Of(string text)
    {
        var letters = new Dictionary<string, (WritingSystem System, int Count)>();
        var digits = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsLetter(rune))
            {
                var system = Find(rune.Value);
                letters[system.Name] = (system, letters.GetValueOrDefault(system.Name).Count + 1);
            }
            else
            {
                digits |= Rune.IsDigit(rune);
            }
        }

        // Kana decide over the Chinese characters around them.
        return letters.Count == 0 ? (digits ? Latin : null)
            : letters.TryGetValue("Japanese", out var kana) ? kana.System
            : letters.Values.MaxBy(entry => entry.Count).System;
    }

    private static WritingSystem Find(int rune)
    {
        foreach (var (first, last, system) in Ranges)
        {
            if (rune >= first && rune <= last)
            {
                return system;
            }
        }

        return Unknown;
    }
}
