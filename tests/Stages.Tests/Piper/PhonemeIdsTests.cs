using System.Text;
using System.Text.Json.Nodes;
using VideoGen.Stages.Piper;
using VideoGen.Stages.Text;

namespace VideoGen.Stages.Tests.Piper;

public sealed class PhonemeIdsTests
{
    private static readonly PiperConfig Config = PiperConfig.Parse(Encoding.UTF8.GetBytes(new TinyVoice().Config()));

    [Fact]
    public void APadStandsBehindTheBeginAndBehindEveryPhoneme()
    {
        var phonemes = PhonemeIds.Of([("ab", '?')], Config);

        Assert.Equal("^_a_b_?_$", Read(phonemes));
        Assert.Equal(2, phonemes.SoundCount);
    }

    [Fact]
    public void ClausesKeepTheirMarksAndABlankPartsThem() =>
        Assert.Equal("^_h_i_,_ _ˈ_j_u_ː_._$", Read(PhonemeIds.Of([("hi", ','), (" ˈjuː ", '.')], Config)));

    /// <summary>A code point of the decomposed text is a phoneme: that of "ç" are "c" and a cedilla.</summary>
    [Theory]
    [InlineData("\u00E7", "c\u0327")]
    [InlineData("\u1E69", "s\u0323\u0307")]
    [InlineData("a\u0307\u0323b\u0301", "a\u0323\u0307b\u0301")]
    [InlineData("\u0457\u0439", "\u0456\u0308\u0438\u0306")]
    [InlineData("\uD55C", "\u1112\u1161\u11AB")]
    [InlineData("\u0259\u02D0", "\u0259\u02D0")]
    public void PhonemesAreDecomposed(string text, string decomposed) => Assert.Equal(decomposed, string.Concat(NormalForms.Decomposed(text)));

    [Fact]
    public void ALetterWithAMarkIsTwoPhonemes() => Assert.Equal("^_c_\u0327_._$", Read(PhonemeIds.Of([("\u00E7", '.')], Config)));

    [Fact]
    public void WhatTheModelDoesNotKnowIsLeftOutAndNamedOnce()
    {
        var phonemes = PhonemeIds.Of([("aЖbЖ", '.')], Config);

        Assert.Equal("^_a_b_._$", Read(phonemes));
        Assert.Equal(["Ж"], phonemes.Unknown);
    }

    /// <summary>A model that reads letters gets those of a document.</summary>
    [Fact]
    public void ATextCannotSayTheSignsOfBeginPadAndEnd()
    {
        var phonemes = PhonemeIds.Of([(PhonemeIds.OfText("A$^_B \uD800"), '.')], Config);

        Assert.Equal("^_a_b_ _._$", Read(phonemes));
        Assert.Equal(["\uFFFD"], phonemes.Unknown);
    }

    [Fact]
    public void APhonemeMayStandForOthers()
    {
        var config = PiperConfig.Parse(Encoding.UTF8.GetBytes(new TinyVoice { Change = json => json["phoneme_map"]!["x"] = new JsonArray("k", "s") }.Config()));

        Assert.Equal("^_k_s_._$", Read(PhonemeIds.Of([("x", '.')], config)));
    }

    [Fact]
    public void WhatEspeakSaysOfLanguagesAndTiesIsNoPhoneme() =>
        Assert.Equal("diː kɔmpjˈuːtɜ dʒ", PhonemeIds.OfEspeak(["diː (en)kɔmpjˈuːtɜ(de)", "d\u0361ʒ"]));

    [Theory]
    [InlineData("Hello, world", "Hello|, world|.")]
    [InlineData("At 10:30, for 3.5 hours; why?!", "At 10:30|, for 3.5 hours|; why|?")]
    [InlineData("Dr. Smith said: \"No!\"", "Dr. Smith said|: \"No|!")]
    [InlineData("Wait... \"Now.\" --", "Wait... \"Now.\" --|.")]
    [InlineData("今天，很好。", "今天|, 很好|.")]
    [InlineData("One \u2014 two", "One|, two|.")]
    [InlineData("?!", "")]
    public void ASentenceIsPartedAtItsMarks(string sentence, string clauses) =>
        Assert.Equal(clauses, string.Join(' ', Clause.Of(sentence).Select(clause => $"{clause.Text}|{clause.Mark}")));

    private static string Read(PhonemeIds phonemes) => string.Concat(phonemes.Ids.Select(id => TinyVoice.Signs[(int)id]));
}
