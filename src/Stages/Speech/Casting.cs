using System.Collections.Immutable;
using VideoGen.Stages.Text;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Speech;

/// <summary>Who speaks which sentence of a scene. A sentence that no voice can speak is silent.</summary>
internal sealed record Casting(ImmutableArray<Utterance> Utterances, ImmutableArray<string> UnspokenScripts)
{
    /// <summary>
    /// The chosen voice speaks what it can read. What is written in another script is spoken by a voice of espeak-ng that reads it; the document's own
    /// language comes first.
    /// </summary>
    /// <param name="sentences">In order.</param>
    /// <param name="voice">The chosen voice.</param>
    /// <param name="language">Of the document.</param>
    /// <param name="espeakLanguages">What espeak-ng speaks here.</param>
    /// <param name="isChosen">Whether somebody named the voice. One that nobody named, and that reads English alone, leaves other languages to a
    /// voice that reads them.</param>
    public static Casting Of(
        IReadOnlyList<ScriptSentence> sentences, Voice voice, string language, ImmutableArray<string> espeakLanguages, bool isChosen = true)
    {
        if (!isChosen && voice.IsEnglish && LanguageTags.LanguageOf(language) != "en" && EspeakOf(language, espeakLanguages) is { } ofLanguage)
        {
            voice = new Voice(SpeechEngine.Espeak, ofLanguage);
        }

        var utterances = ImmutableArray.CreateBuilder<Utterance>();
        var unspoken = new SortedSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < sentences.Count; i++)
        {
            var text = sentences[i].Speech ?? sentences[i].Text;
            if (WritingSystem.Of(text) is not { } script)
            {
                continue;
            }

            var speaker = SpeakerOf(script, voice, language, espeakLanguages);
            var said = speaker is null ? "" : speaker.IsEnglish ? SpeakableText.ToAscii(text) : SpeakableText.ToEspeak(text);
            if (said.Length > 0)
            {
                utterances.Add(new Utterance(i, said, speaker!));
            }
            else
            {
                unspoken.Add(script.Name);
            }
        }

        return new Casting(utterances.ToImmutable(), [.. unspoken]);
    }

    private static Voice? SpeakerOf(WritingSystem script, Voice voice, string language, ImmutableArray<string> espeakLanguages)
    {
        var reads = voice.Engine switch
        {
            SpeechEngine.Service => true,
            SpeechEngine.Flite or SpeechEngine.Festival => script.IsLatin,
            SpeechEngine.Piper => voice.Language is not { } trained || ReadsAsTrained(script, trained),
            _ => Reads(script, voice.Id),
        };
        if (reads)
        {
            return voice;
        }

        var own = EspeakOf(language, espeakLanguages);
        var candidates = own is not null && script.Languages.Contains(own) ? script.Languages.Insert(0, own) : script.Languages;
        return candidates.FirstOrDefault(candidate => espeakLanguages.Contains(candidate)) is { } found
            ? new Voice(SpeechEngine.Espeak, found)
            : script.IsLatin ? new Voice(SpeechEngine.Flite, Voices.Default) : null;
    }

    /// <summary>The name that espeak-ng has for a language, where it speaks it here. Its Chinese that reads characters is the one of pinyin.</summary>
    private static string? EspeakOf(string language, ImmutableArray<string> espeakLanguages)
    {
        var tag = language.ToLowerInvariant();
        var alone = LanguageTags.LanguageOf(tag);
        string[] names = alone switch
        {
            "zh" or "cmn" => ["cmn-latn-pinyin", "cmn"],
            "no" => ["nb"],
            _ => [tag, alone],
        };
        return names.FirstOrDefault(name => espeakLanguages.Contains(name));
    }

    private static bool Reads(WritingSystem script, string language) =>
        script.IsLatin ? !IsOfOtherScript(language) : script.Languages.Contains(language);

    /// <summary>A model says its language with the country, and Chinese by its tag or by espeak-ng's name.</summary>
    private static bool ReadsAsTrained(WritingSystem script, string trained)
    {
        var alone = LanguageTags.LanguageOf(trained) is "zh" ? "cmn" : LanguageTags.LanguageOf(trained);
        return script.IsLatin ? Reads(script, trained) && Reads(script, alone) : Reads(script, trained) || Reads(script, alone);
    }

    /// <summary>Voices of languages in other scripts spell Latin letters one by one, or stumble over them.</summary>
    private static bool IsOfOtherScript(string espeakLanguage) => WritingSystem.OfOtherScripts.Contains(espeakLanguage);
}
