using VideoGen.Stages.Narration;

namespace VideoGen.Stages.Tests.Narration;

public sealed class SpeechFormTests
{
    [Theory]
    [InlineData("Plain words stay.", null)]
    [InlineData("a -> b → c", "a to b to c")]
    [InlineData("C#, F#, C++ and .NET", "C sharp, F sharp, C plus plus and dot net")]
    [InlineData("See https://github.com/dotnet/orleans/issues/1?x=y.", "See github dot com.")]
    [InlineData("Version v2.1.13 of Node.js", "Version 2 point 1 point 13 of Node J S")]
    [InlineData("Pi is 3.14", null)]
    [InlineData("🎉 Done 🎉!", "Done!")]
    [InlineData("🎉🎉", "")]
    [InlineData("5 MB at 48 kHz, 99 %, 1920×1080", "5 megabytes at 48 kilohertz, 99 percent, 1920 by 1080")]
    [InlineData("1 KB, 21 KB", "1 kilobyte, 21 kilobytes")]
    [InlineData("x >= 3 && y != 4", "x at least 3 and y is not 4")]
    [InlineData("Call TaskStateGrain in src/Grains/Tasks", "Call Task State Grain in src slash Grains slash Tasks")]
    [InlineData("Run with --force, costs $5", "Run with force, costs 5 dollars")]
    [InlineData("snake_case and *stars*", "snake case and stars")]
    [InlineData("☑ ready", "done: ready")]
    [InlineData("#5 of ~10", "number 5 of about 10")]
    [InlineData("e.g. this", "for example, this")]
    [InlineData("In the 1990s and the '80s, the early 2000s", "In the nineteen nineties and the eighties, the early two thousands")]
    [InlineData("F-16s, B52s and Route 66s", "F sixteens, B fifty-twos and Route sixty-sixes")]
    [InlineData("It takes 30s or 2.5s.", "It takes 30 seconds or 2.5 seconds.")]
    [InlineData("1/2 and 3/4, ½ or 2½ cups", "one half and three quarters, one half or 2 and a half cups")]
    [InlineData("24/7, step 3/5", "24 7, step 3 of 5")]
    [InlineData("£9.99, €5, 5 €, $1, $1.5M, $5/month", "9 pounds 99, 5 euros, 5 euros, 1 dollar, 1.5 million dollars, 5 dollars per month")]
    [InlineData("5 µm, 20 m², 50 km/h, 3 °C, -3 °C", "5 micrometers, 20 square meters, 50 kilometers per hour, 3 degrees Celsius, minus 3 degrees Celsius")]
    [InlineData("1 km and 1 h", "1 kilometer and 1 hour")]
    [InlineData("On 2025-03-01 at 14:30, 06:00", "On March 1, 2025 at fourteen thirty, six o'clock")]
    [InlineData("2019–2021, 3-5 people, 5–10 kg", "2019 to 2021, 3 to 5 people, 5 to 10 kilograms")]
    [InlineData("Chapter IV, Fig. 3, no. 5, p. 12", "Chapter 4, figure 3, number 5, page 12")]
    [InlineData("ada@example.org, 192.168.0.1, README.md", "ada at example dot org, 192 dot 168 dot 0 dot 1, README dot M D")]
    [InlineData("10k users, 5M rows", "10 thousand users, 5 million rows")]
    [InlineData("Water: ✅, ❌", "Water: yes, no")]
    [InlineData("✅ Beans", "Yes: Beans")]
    [InlineData("Rated ★★★☆☆", "Rated 3 of 5 stars")]
    [InlineData("5 ± 0.1, α, √2, ≈ 3", "5 plus or minus 0.1, alpha, the square root of 2, about 3")]
    [InlineData("See 3f2a9c0d7b6e5f4a3b2c1d0e9f8a7b6c", "See a code of 32 characters")]
    [InlineData("COVID-19, H1N1, MP3, 4K, 64-bit", null)]
    [InlineData("R&D, Q&A, w/o, N/A", "R and D, Q and A, without, not applicable")]
    public void Of_SymbolsAndNames_AreSaidAsPeopleSayThem(string text, string? speech) => Assert.Equal(speech, SpeechForm.Of(text, isEnglish: true));

    [Theory]
    [InlineData("Das ist die Donaudampfschifffahrtselektrizität hier", "Das ist die, Donaudampfschifffahrtselektrizität hier")]
    [InlineData("Привет 🎉, мир -> вот", "Привет, мир - вот")]
    [InlineData("你好。", null)]
    public void Of_OtherLanguages_GetNoEnglishWords(string text, string? speech) => Assert.Equal(speech, SpeechForm.Of(text, isEnglish: false));

    [Fact]
    public void Of_WordsOfThePronunciationList_AreSaidAsItSays()
    {
        var pronounce = new Dictionary<string, string> { ["SQLite"] = "sequel light", ["C"] = "see" };

        Assert.Equal("sequel light, not SQLites, and see", SpeechForm.Of("SQLite, not SQLites, and C", isEnglish: true, pronounce));
        Assert.Equal("sequel light sagt man", SpeechForm.Of("SQLite sagt man", isEnglish: false, pronounce));
    }

    [Theory]
    [InlineData("See https://example.org/a/very/long/path?q=1 now.", "See example.org now.")]
    [InlineData("It is 3f2a9c0d7b6e5f4a3b2c1d0e9f8a7b6c.", "It is 3f2a9c0d….")]
    [InlineData("Costs 2\u03360\u0336 15.", "Costs 15.")]
    public void CaptionOf_WhatNobodyReadsInTime_IsShort(string text, string caption) => Assert.Equal(caption, SpeechForm.CaptionOf(text));
}
