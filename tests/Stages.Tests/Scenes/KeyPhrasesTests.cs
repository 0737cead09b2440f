using VideoGen.Stages.Scenes;

namespace VideoGen.Stages.Tests.Scenes;

public sealed class KeyPhrasesTests
{
    private const string Garden =
        "The old garden behind the school has three beds. Every bed is watered before seven in the morning, because wet leaves burn at noon. "
        + "About 40 % of the seeds come from the neighbours, and the children keep them in a dry drawer until spring.";

    [Fact]
    public void Phrases_AreAtMostThreeAndInTheTextsOwnWordsAndOrder()
    {
        var points = new KeyPhrases("en").Of([Garden])!.Value;

        Assert.InRange(points.Length, 2, 3);
        var last = -1;
        foreach (var point in points)
        {
            var at = Garden.IndexOf(point.Text, StringComparison.OrdinalIgnoreCase);
            Assert.True(at > last, $"'{point.Text}' does not stand behind the phrase before it.");
            Assert.InRange(point.Text.Split(' ').Length, 1, 7);
            last = at;
        }
    }

    [Fact]
    public void Phrases_AreLessThanHalfOfWhatIsSaid()
    {
        var points = new KeyPhrases("en").Of([Garden])!.Value;

        Assert.InRange(points.Sum(point => point.Text.Split(' ').Length), 1, Garden.Split(' ').Length / 2);
    }

    [Theory]
    [InlineData("About 40 % of the seeds are free.", "40 %")]
    [InlineData("Each cup holds 250 ml.", "250 ml")]
    public void ANumber_StandsLargeWithItsUnit(string text, string number) => Assert.Equal(number, new KeyPhrases("en").Of([text])!.Value[0].Number);

    [Theory]
    [InlineData("The system was built in 2024.")]
    [InlineData("The bridge carries 10⁶ cars.")]
    [InlineData("Version 1.2.3 is out.")]
    [InlineData("Use port-8080 for it.")]
    public void WhatIsNoAmount_DoesNot(string text) => Assert.All(new KeyPhrases("en").Of([text])!.Value, point => Assert.Null(point.Number));

    [Fact]
    public void APoem_IsShownAsItStands() =>
        Assert.Null(new KeyPhrases("en").Of(["The seed is small,", "the bed is wide,", "the rain will fall,", "the peas will hide."]));

    [Theory]
    [InlineData("de", "Im Frühling beginnen wir mit den Beeten. Zuerst lockern wir die Erde, dann säen wir die Bohnen.")]
    [InlineData("zh", "春天我们先松土，然后播种豆子。每天早上浇水一次。")]
    [InlineData("ar", "في الحديقة ثلاثة أحواض، وطريق واحد من الحصى.")]
    public void OtherLanguages_HavePhrasesToo(string language, string text)
    {
        var points = new KeyPhrases(language).Of([text])!.Value;

        Assert.NotEmpty(points);
        Assert.All(points, point => Assert.Contains(point.Text, text, StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("Spade", "Spade")]
    [InlineData("Spade: digs beds, turns compost and lifts old shrubs out of the ground in autumn", "Spade")]
    [InlineData("The pump (which is new since Monday and needs no care at all) stands at the gate", "The pump")]
    public void ALongItem_IsShownByItsName(string item, string expected) => Assert.Equal(expected, new KeyPhrases("en").ShortItem(item));
}
