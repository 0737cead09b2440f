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
    public void Of_SymbolsAndNames_AreSaidAsPeopleSayThem(string text, string? speech) => Assert.Equal(speech, SpeechForm.Of(text, isEnglish: true));

    [Theory]
    [InlineData("Привет 🎉, мир -> вот", "Привет, мир - вот")]
    [InlineData("你好。", null)]
    public void Of_OtherLanguages_GetNoEnglishWords(string text, string? speech) => Assert.Equal(speech, SpeechForm.Of(text, isEnglish: false));
}
