using System.Collections.Immutable;
using VideoGen.Stages.Speech;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Tests.Speech;

public sealed class CastingTests
{
    private static readonly Voice Slt = new(SpeechEngine.Flite, "slt");

    [Theory]
    [InlineData("Hello, world.", "Latin")]
    [InlineData("42", "Latin")]
    [InlineData("Здравствуйте, мир", "Cyrillic")]
    [InlineData("Καλημέρα", "Greek")]
    [InlineData("世界", "Chinese")]
    [InlineData("日本語です", "Japanese")]
    [InlineData("한국어", "Korean")]
    [InlineData("مرحبا", "Arabic")]
    [InlineData("नमस्ते", "Devanagari")]
    [InlineData("Mostly English with слово", "Latin")]
    public void Script_OfText_IsThatOfMostLetters(string text, string script) => Assert.Equal(script, WritingSystem.Of(text)?.Name);

    [Theory]
    [InlineData("🎉 → —")]
    [InlineData("")]
    public void Script_WithoutLettersOrDigits_IsNone(string text) => Assert.Null(WritingSystem.Of(text));

    [Theory]
    [InlineData("Plain words.", "Plain words.")]
    [InlineData("“Curly” – and ‘single’…", "\"Curly\" ,  and 'single'...")]
    [InlineData("Café naïve Łódź", "Cafe naive Lodz")]
    [InlineData("Müller & Größe", "Mueller & Groesse")]
    [InlineData("a\u0000b\nc", "a b c")]
    [InlineData("🎉", "")]
    public void Text_ForFlite_IsAscii(string text, string spoken) => Assert.Equal(spoken, SpeakableText.ToAscii(text));

    [Fact]
    public void Sentence_InAnotherScript_IsSpokenByEspeakWhereItKnowsTheLanguage()
    {
        var casting = Casting.Of(Sentences("Hello.", "Здравствуйте.", "世界"), Slt, "en", ["en-gb", "ru"]);

        Assert.Equal(["slt", "espeak:ru"], casting.Utterances.Select(utterance => utterance.Voice.Name));
        Assert.Equal([0, 1], casting.Utterances.Select(utterance => utterance.Index));
        Assert.Equal(["Chinese"], casting.UnspokenScripts);
    }

    [Fact]
    public void Sentence_InTheDocumentsLanguage_IsSpokenInThatLanguage() =>
        Assert.Equal("espeak:uk", Casting.Of(Sentences("Добрий день."), Slt, "uk", ["ru", "uk"]).Utterances.Single().Voice.Name);

    [Fact]
    public void Sentence_OfLatinLettersForAVoiceOfAnotherScript_IsSpokenByOneThatReadsThem() =>
        Assert.Equal(Voices.Default, Casting.Of(Sentences("Hello."), new Voice(SpeechEngine.Espeak, "ru"), "ru", ["ru"]).Utterances.Single().Voice.Name);

    [Theory]
    [InlineData("de", false, "espeak:de")]
    [InlineData("de-AT", false, "espeak:de")]
    [InlineData("pt-BR", false, "espeak:pt-br")]
    [InlineData("de", true, "slt")]
    [InlineData("en-GB", false, "slt")]
    [InlineData("xh", false, "slt")]
    public void Language_OfTheDocument_PicksTheVoiceWhereNobodyNamedOne(string language, bool isChosen, string voice) => Assert.Equal(
        voice, Casting.Of(Sentences("Guten Tag."), Slt, language, ["de", "en-gb", "pt", "pt-br"], isChosen).Utterances.Single().Voice.Name);

    [Fact]
    public void Chinese_IsSpokenByTheVoiceThatReadsItsCharacters() => Assert.Equal(
        "espeak:cmn-latn-pinyin", Casting.Of(Sentences("今天"), Slt, "zh", ["cmn", "cmn-latn-pinyin"]).Utterances.Single().Voice.Name);

    [Fact]
    public void Sentence_WithoutAnythingToSay_IsSilentAndNobodyIsWarned()
    {
        var casting = Casting.Of(Sentences("🎉"), Slt, "en", []);

        Assert.Empty(casting.Utterances);
        Assert.Empty(casting.UnspokenScripts);
    }

    [Fact]
    public void SpeechOfASentence_ComesBeforeItsText() =>
        Assert.Equal("C sharp", Casting.Of([new ScriptSentence("C#", "C sharp")], Slt, "en", []).Utterances.Single().Text);

    private static ImmutableArray<ScriptSentence> Sentences(params string[] texts) => [.. texts.Select(text => new ScriptSentence(text))];
}
