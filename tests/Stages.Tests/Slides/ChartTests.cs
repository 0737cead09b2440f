using System.Collections.Immutable;
using VideoGen.Stages.Slides;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Tests.Slides;

public sealed class ChartTests
{
    [Theory]
    [InlineData("15", 15, "", "en")]
    [InlineData("1,234", 1234, "", "en")]
    [InlineData("1.234", 1.234, "", "en")]
    [InlineData("1.234", 1234, "", "de")]
    [InlineData("1 234,5", 1234.5, "", "fr")]
    [InlineData("0.125", 0.125, "", "de")]
    [InlineData("$1,200", 1200, "$", "en")]
    [InlineData("1.200,5 €", 1200.5, "€", "de")]
    [InlineData("2,5 ms", 2.5, "ms", "de")]
    [InlineData("0,125", 0.125, "", "en")]
    [InlineData("12 000 km/h", 12000, "km/h", "en")]
    [InlineData("−3 %", -3, "%", "en")]
    public void ANumber_IsReadWithItsUnitAsItsLanguageWritesIt(string text, double value, string unit, string language)
    {
        Assert.True(TableNumber.TryRead(text, language, out var number));
        Assert.Equal((value, unit), (number.Value, number.Unit));
    }

    [Theory]
    [InlineData("")]
    [InlineData("v1.2.3-beta")]
    [InlineData("12 of 15")]
    [InlineData("north 3")]
    [InlineData("2024-01-05")]
    public void OtherText_IsNoNumber(string text)
    {
        Assert.False(TableNumber.HasForm(text));
        Assert.False(TableNumber.TryRead(text, "en", out _));
    }

    /// <summary>A chart of what may mean either would show what the author did not write.</summary>
    [Theory]
    [InlineData("1,234", "de")]
    [InlineData("1.200,5", "en")]
    [InlineData("1.2.3", "en")]
    public void ANumberOfTwoReadings_IsNoneToCompare(string text, string language)
    {
        Assert.True(TableNumber.HasForm(text));
        Assert.False(TableNumber.TryRead(text, language, out _));
    }

    [Fact]
    public void BarsAreAsLongAsTheNumbersOfTheLanguage()
    {
        var chart = ChartData.Of(Table("Ort|Besucher", "Nord|1.500;Süd|900;West|3.000"), "de");
        Assert.Equal([1500, 900, 3000], chart!.Series[0].Values);
    }

    [Theory]
    [InlineData("Tool|Price", "Spade|15;Rake|20;Hoe|12", "bars")]
    [InlineData("Tool|2023|2024", "Spade|$15|$16;Rake|$20|$21;Hoe|$12|$14", "bars")]
    [InlineData("Year|Visitors", "2021|100;2022|140;2023|210;2024|260", "course")]
    [InlineData("Month|Rain", "Jan|40 mm;Feb|35 mm;Mar|50 mm;Apr|61 mm", "course")]
    [InlineData("Tool|Price", "Spade|15;Rake|20", "none")]
    [InlineData("Tool|Price|Shop", "Spade|15|North;Rake|20|South;Hoe|3|West", "none")]
    [InlineData("Tool|Price", "Spade|15 €;Rake|20 kg;Hoe|3 €", "none")]
    [InlineData("Tool|Price", "Spade|15;Rake|–;Hoe|3", "none")]
    [InlineData("Tool|Id", "Spade|15;Rake|20;Hoe|3", "none")]
    [InlineData("Tool|Price", "Spade|5;Rake|5;Hoe|5", "none")]
    [InlineData("Tool|Price", "Spade|1;Rake|5;Hoe|90000", "none")]
    [InlineData("A|B", "1|2;2|3;3|4", "none")]
    public void ATable_BecomesAChartWhereThatTellsMore(string columns, string rows, string expected)
    {
        var chart = ChartData.Of(Table(columns, rows), "en");

        Assert.Equal(expected, chart is null ? "none" : chart.IsCourse ? "course" : "bars");
    }

    private static Scene Table(string columns, string rows) => new()
    {
        Id = "s",
        Kind = SceneKind.Table,
        Title = "t",
        Chapter = "c",
        Columns = [.. columns.Split('|')],
        Rows = [.. rows.Split(';').Select(row => row.Split('|').ToImmutableArray())],
    };
}
