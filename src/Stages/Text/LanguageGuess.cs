using System.Collections.Immutable;
using System.Text;

namespace VideoGen.Stages.Text;

/// <summary>Tells the language of a text by its script, and among the languages in Latin letters by their commonest words.</summary>
internal static class LanguageGuess
{
    /// <summary>Words that are looked at.</summary>
    private const int MaxWords = 4_000;

    private const int MinHits = 4;
    private const double MinShare = 0.12;
    private const double MinLead = 1.4;

    private static readonly ImmutableArray<(string Language, ImmutableHashSet<string> Words)> Common =
    [
        Of("en", "the of and to in is that it for was with as on are this by be from or have an not at which you can we will one has if but they all "
            + "their what when your"),
        Of("de", "der die das und ist nicht ein eine einen dem den des mit für von zu auf wir ich sie es im zum zur wird werden sind auch sich als "
            + "dann oder aber bei nach wie aus man nur"),
        Of("fr", "le la les des et est une un du dans pour que qui sur pas avec ce cette sont nous vous ils il elle au aux plus par ou mais être "
            + "avoir fait ne se leur"),
        Of("es", "el la los las de y es una un del en por para que con no se su al como más pero son este esta lo también cuando ya muy sin sobre hay ser"),
        Of("it", "il lo la i gli le di e è una un del della che per con non si nel nella sono questo questa come più ma al alla dei delle anche dal ogni poi"),
        Of("pt", "o a os as de e é uma um do da em por para que com não se no na mais mas como dos das ao são este esta também foi ser você pelo pela muito"),
        Of("nl", "de het een en van is niet dat op te in met voor zijn we aan er ook als bij door naar maar om wordt worden dan nog deze dit uit wel kan"),
        Of("sv", "och att det som en på är av för med den till inte om ett men vi var jag har de så kan från när eller vid sig ska alla"),
        Of("da", "og at det som en på er af for med den til ikke om et men vi var jeg har de så kan fra når eller ved sig skal alle også"),
        Of("nb", "og at det som en på er av for med den til ikke om et men vi var jeg har de så kan fra når eller ved seg skal alle også hvor"),
        Of("pl", "i w na z jest nie się to że do jak o od po ale dla są tak co przez za czy ma oraz które który tym ich jego można"),
        Of("cs", "a v na je se že to s z do o ale jako pro jsou tak co by po od které který nebo už jen jeho být podle při"),
        Of("fi", "ja on ei se että oli hän mutta kun niin myös ovat joka sen tai jos kuin mitä ne voi vain kanssa sekä sitten"),
        Of("tr", "ve bir bu için ile da de ne gibi daha çok olarak olan var ama her sonra kadar en değil mi o"),
        Of("hu", "a az és hogy nem is egy ez meg de van csak már mint ha volt vagy azt el kell még"),
        Of("ro", "și de la în a cu pe nu o un este că care din mai pentru sunt ca sau se al lui ale fi"),
    ];

    /// <summary>A tag (BCP 47), or null where the text does not say.</summary>
    public static string? Of(string text)
    {
        var scripts = new Dictionary<string, int>();
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsLetter(rune))
            {
                var script = ScriptOf(rune.Value);
                scripts[script] = scripts.GetValueOrDefault(script) + 1;
            }
        }

        if (scripts.Count == 0)
        {
            return null;
        }

        // One character of these is about what three letters are.
        int Weight(string script) => scripts.GetValueOrDefault(script) * (script is "han" or "kana" or "hangul" ? 3 : 1);
        var east = Weight("han") + Weight("kana");
        var main = scripts.Keys.Where(script => script is not ("han" or "kana")).Select(script => (Script: script, Weight: Weight(script)))
            .Append(("east", east)).MaxBy(pair => pair.Item2).Item1;
        return main switch
        {
            "east" => scripts.GetValueOrDefault("kana") * 20 > scripts.GetValueOrDefault("han") + scripts.GetValueOrDefault("kana") ? "ja" : "zh",
            "hangul" => "ko",
            "cyrillic" => Cyrillic(text),
            "arabic" => text.Any(c => c is 'ٹ' or 'ڈ' or 'ڑ' or 'ں' or 'ے') ? "ur" : text.Any(c => c is 'پ' or 'چ' or 'ژ' or 'گ') ? "fa" : "ar",
            "latin" => Latin(text),
            "other" => null,
            _ => main,
        };
    }

    private static string Cyrillic(string text)
    {
        int Count(string letters) => text.Count(c => letters.Contains(char.ToLowerInvariant(c), StringComparison.Ordinal));
        return Count("ўі") > 0 && Count("ў") > 0 ? "be" : Count("іїєґ") > Count("ыэё") ? "uk" : Count("ђјљњћџ") > 0 ? "sr" : Count("ыэё") == 0
            && Count("ъ") * 40 > text.Length ? "bg" : "ru";
    }

    private static string? Latin(string text)
    {
        // The letter of "W1" is no word of any language.
        var words = text.ToLowerInvariant().Split([.. " \t\n.,;:!?()[]{}<>\"“”„«»'’`*_#|/\\=+–—-"], StringSplitOptions.RemoveEmptyEntries)
            .Where(word => !word.Any(char.IsDigit)).Take(MaxWords).ToList();
        var ranked = Common.Select(entry => (entry.Language, Hits: words.Count(entry.Words.Contains))).OrderByDescending(entry => entry.Hits).ToList();
        var (first, second) = (ranked[0], ranked[1]);
        return first.Hits >= MinHits && first.Hits >= words.Count * MinShare && first.Hits >= second.Hits * MinLead ? first.Language
            : first.Hits >= MinHits && first.Hits >= words.Count * MinShare && (first.Language, second.Language) is ("da", "nb") or ("nb", "da")
                ? first.Language
            : null;
    }

    private static string ScriptOf(int rune) => rune switch
    {
        < 0x0250 or (>= 0x1E00 and <= 0x1EFF) => "latin",
        >= 0x0370 and <= 0x03FF or >= 0x1F00 and <= 0x1FFF => "el",
        >= 0x0400 and <= 0x052F => "cyrillic",
        >= 0x0530 and <= 0x058F => "hy",
        >= 0x0590 and <= 0x05FF => "he",
        >= 0x0600 and <= 0x077F => "arabic",
        >= 0x0900 and <= 0x097F => "hi",
        >= 0x0980 and <= 0x09FF => "bn",
        >= 0x0B80 and <= 0x0BFF => "ta",
        >= 0x0C00 and <= 0x0C7F => "te",
        >= 0x0E00 and <= 0x0E7F => "th",
        >= 0x10A0 and <= 0x10FF => "ka",
        >= 0x3040 and <= 0x30FF => "kana",
        >= 0x3400 and <= 0x9FFF or >= 0x20000 and <= 0x3FFFD => "han",
        >= 0xAC00 and <= 0xD7AF or >= 0x1100 and <= 0x11FF => "hangul",
        _ => "other",
    };

    private static (string, ImmutableHashSet<string>) Of(string language, string words) => (language, [.. words.Split(' ')]);
}
