using System.Collections.Immutable;
using VideoGen.Stages.Slides;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Tests.Slides;

public sealed class ChartTests
{
    [Theory]
    [InlineData("15", 15, "")]
    [InlineData("$1,200", 1200, "$")]
    [InlineData("1.200,5 €", 1200.5, "€")]
    [InlineData("2,5 ms", 2.5, "ms")]
    [InlineData("0,125", 0.125, "")]
    [InlineData("12 000 km/h", 12000, "km/h")]
    [InlineData("−3 %", -3, "%")]
    public void ANumber_IsReadWithItsUnit(string text, double value, string unit)
    {
        Assert.True(ChartNumber.TryRead(text, out var number));
        Assert.Equal((value, unit), (number.Value, number.Unit));
    }

    [Theory]
    [InlineData("")]
    [InlineData("v1.2.3-beta")]
    [InlineData("12 of 15")]
    [InlineData("north 3")]
    [InlineData("2024-01-05")]
    public void OtherText_IsNoNumber(string text) => Assert.False(ChartNumber.TryRead(text, out _));

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
        var chart = ChartData.Of(Table(columns, rows));

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
