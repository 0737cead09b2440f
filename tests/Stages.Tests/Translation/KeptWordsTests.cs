using VideoGen.Stages.Translation;

namespace VideoGen.Stages.Tests.Translation;

public sealed class KeptWordsTests
{
    [Theory]
    [InlineData("Read https://example.com/a?b=1, then go on.", "Read {1}, then go on.")]
    [InlineData("Write to ada@example.com.", "Write to {1}.")]
    [InlineData("Run save_async() with --max-retries twice.", "Run {1} with {2} twice.")]
    [InlineData("The file src/video_gen/state.py holds StateManager.", "The file {1} holds {2}.")]
    [InlineData("The file tea_list.txt stays.", "The file {1} stays.")]
    [InlineData("Here E = mc² holds.", "Here {1} holds.")]
    [InlineData("asyncio.Lock guards $HOME and std::vector.", "{1} guards {2} and {3}.")]
    [InlineData("A {1} of its own.", "A {1} of its own.")]
    [InlineData("Either and/or both, e.g. 3.5 km/h.", "Either and/or both, e.g. 3.5 km/h.")]
    [InlineData("A well-known, plain sentence (with brackets).", "A well-known, plain sentence (with brackets).")]
    public void AddressesNamesOfCodeAndFormulasAreTakenOut(string text, string masked)
    {
        var kept = KeptWords.Of(text);

        Assert.Equal(masked, kept.Text);
        Assert.Equal(text, kept.Restore(kept.Text));
    }

    [Theory]
    [InlineData("Call {1} or {2} 1,000 times.", "Rufe {2} oder {1} 1.000-mal auf.", true)]
    [InlineData("Call {1} or {2} 1,000 times.", "Rufe {1} 1.000-mal auf.", false)]
    [InlineData("Call {1} or {2} 1,000 times.", "Rufe {1}, {1} oder {2} 1.000-mal auf.", false)]
    [InlineData("Call {1} or {2} 1,000 times.", "Rufe {1} oder {2} {3} 1.000-mal auf.", false)]
    [InlineData("Call {1} or {2} 1,000 times.", "Rufe {1} oder {2} 100-mal auf.", false)]
    [InlineData("Call {1} or {2} 1,000 times.", "Rufe {1} oder {2} oft auf.", false)]
    [InlineData("In 2020, 100 people made 3.5 tons.", "100 Menschen machten 2020 3,5 Tonnen.", true)]
    [InlineData("1,234,567 at 12", "12 هو ١٢٣٤٥٦٧", true)]
    public void ATranslationHasEachPlaceOnceAndTheSameNumbers(string text, string translation, bool fits) =>
        Assert.Equal(fits, new KeptWords(text, text.Contains("{1}", StringComparison.Ordinal) ? ["a_b", "c_d"] : []).Restore(translation) is not null);

    [Theory]
    [InlineData("https://example.com", false)]
    [InlineData("42 %", false)]
    [InlineData("save_async()", false)]
    [InlineData("Words", true)]
    public void WhatHasNoWordsIsNotAskedFor(string text, bool hasWords) => Assert.Equal(hasWords, KeptWords.Of(text).HasWords);

    [Fact]
    public void ALongRunOfSignsTakesNoTime()
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        foreach (var piece in (string[])["a", "a.", "a-", "a/", "a_", "=", "a=", "A", "aB", "@", "--", "::", "({"])
        {
            KeptWords.Of(string.Concat(Enumerable.Repeat(piece, 20_000)));
        }

        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 10);
    }
}
