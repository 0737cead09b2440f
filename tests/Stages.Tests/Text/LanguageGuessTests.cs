using System.Text.Json;
using VideoGen.Stages.Documents;
using VideoGen.Stages.Tests.Contract;
using VideoGen.Stages.Text;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Tests.Text;

public sealed class LanguageGuessTests : IDisposable
{
    private readonly StageBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("Im Frühling beginnen wir mit den Beeten. Zuerst lockern wir die Erde, dann säen wir die Bohnen.", "de")]
    [InlineData("Au printemps, nous commençons par les parterres. D'abord, nous ameublissons la terre, puis nous semons les haricots dans le jardin.", "fr")]
    [InlineData("En primavera empezamos con los bancales. Primero soltamos la tierra y luego sembramos las judías en el jardín de la escuela.", "es")]
    [InlineData("In primavera cominciamo con le aiuole. Prima smuoviamo la terra e poi seminiamo i fagioli nel giardino della scuola.", "it")]
    [InlineData("In het voorjaar beginnen we met de bedden. Eerst maken we de aarde los en dan zaaien we de bonen in de tuin van de school.", "nl")]
    [InlineData("In spring we begin with the beds. First we loosen the soil, and then we sow the beans.", "en")]
    [InlineData("春天我们先松土，然后播种豆子。", "zh")]
    [InlineData("庭に三つの花壇があります。", "ja")]
    [InlineData("정원에는 화단이 세 개 있습니다.", "ko")]
    [InlineData("В саду три клумбы и одна дорожка.", "ru")]
    [InlineData("У саду три клумби і одна доріжка.", "uk")]
    [InlineData("في الحديقة ثلاثة أحواض.", "ar")]
    [InlineData("Garden plan", null)]
    [InlineData("A year of a small shop, week by week. W1 W2 W3 W4 W5 W6 W7 W8 W9", null)]
    [InlineData("42", null)]
    public void Of_ATextLongEnough_IsItsLanguage(string text, string? language) => Assert.Equal(language, LanguageGuess.Of(text));

    [Theory]
    [InlineData(
        "# Der Garten\n\nIm Frühling beginnen wir mit den Beeten. Zuerst lockern wir die Erde, dann säen wir die Bohnen.",
        "de",
        "Danke fürs Zuschauen")]
    [InlineData("# 春天的花园\n\n春天我们先松土，然后播种豆子。每天早上浇水一次。", "zh", "谢谢观看")]
    [InlineData("---\nlang: de\n---\n# A\n\nText.", "de", "Danke fürs Zuschauen")]
    [InlineData("---\nlang: xh\n---\n# A\n\nText.", "xh", "A")]
    [InlineData("# A\n\nText.", "en", "Thank you for watching")]
    public async Task TheLanguageOfTheDocumentPicksItsClosingWords(string text, string language, string closing)
    {
        var told = await _bench.TellAsync(text);

        Assert.Equal(language, told.Config.Language);
        Assert.Contains(closing, told.Shown, StringComparison.Ordinal);
        Assert.Equal(language == "en", told.Said.Contains("Thank you", StringComparison.Ordinal));
    }

    /// <summary>What a program hands in need not have been read by anybody before.</summary>
    [Fact]
    public async Task AnInputThatSaysNothingOfItsLanguageIsGuessed()
    {
        const string Text = "# Der Garten\n\nIm Frühling beginnen wir mit den Beeten. Zuerst lockern wir die Erde, dann säen wir die Bohnen.";
        var taken = await _bench.TakeAsync(_bench.WriteFile("document.md", Text));
        _bench.Input = (taken.Input with { Languages = ["en"] }).ToJson().ToElement();

        var adapted = await _bench.RunAsync(new InputAdaptationStage());

        Assert.Equal("de", JsonSerializer.Deserialize(_bench.ReadText(adapted, ArtifactNames.VideoConfig), VideoJson.VideoConfig)!.Language);
    }

    [Fact]
    public async Task AChosenLanguageWinsOverAll()
    {
        var told = await _bench.TellAsync("---\nlang: de\n---\n# A\n\nText.", choices: new() { Language = "fr_FR" });

        Assert.Equal("fr-FR", told.Config.Language);
        Assert.Contains("Merci", told.Said, StringComparison.Ordinal);
    }
}
