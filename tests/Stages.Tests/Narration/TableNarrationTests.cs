using System.Collections.Immutable;
using VideoGen.Stages.Narration.Tables;
using VideoGen.Stages.Scenes;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Tests.Narration;

public sealed class TableNarrationTests
{
    private const string Prices = "Tool|Price;Spade|15;Rake|20;Hoe|12;Fork|18";

    [Theory]
    [InlineData(Prices, "Rake has the highest price, 20, and Hoe the lowest, 12.")]
    [InlineData("City|Rain in mm;Bergen|2,250;Paris|637;Cairo|25;Lima|16", "Bergen has the highest rain, 2,250 mm, and Lima the lowest, 16 mm.")]
    [InlineData("Team|Open issues;Red|3;Blue|9;Green|3;Grey|4", "Blue has the most open issues, 9, and Red and Green the fewest, 3.")]
    [InlineData("Tool|Price;Spade|$15;Rake|–;Hoe|$3;Fork|$4;Total|$22", "Spade has the highest price, $15, and Hoe the lowest, $3; the total is $22.")]
    [InlineData("Year|Visitors;2021|100;2022|140;2023|210;2024|260", "Visitors rise from 100 in 2021 to 260 in 2024.")]
    [InlineData("Month|Load;Jan|40 %;Feb|35 %;Mar|50 %;Apr|41 %",
        "Load goes from 40 % in Jan to 41 % in Apr, with the highest, 50 %, in Mar, and the lowest, 35 %, in Feb.")]
    [InlineData("Station|Opened;Ash|1894;Elm|1910;Fir|1902;Oak|1890", "Opened goes from 1890 for Oak to 1910 for Elm.")]
    [InlineData("Plan|Offline;Free|❌;Home|✅;Work|✅;School|✅", "Offline: no for Free; yes for Home, Work and School.")]
    [InlineData("Task|State;Dig|done;Sow|open;Water|open;Weed|done", "State: done for Dig and Weed; open for Sow and Water.")]
    [InlineData("#|Tool|Price;1|Spade|15;2|Rake|20;3|Hoe|12;4|Fork|18", "Rake has the highest price, 20, and Hoe the lowest, 12.")]
    [InlineData("Tool|Wood;Spade|ash;Rake|ash;Hoe|ash;Fork|ash", "Wood is ash for all of them.")]
    public void AColumn_IsToldByItsSense(string table, string sentence) => Assert.Equal(sentence, Told(table)[^1]);

    [Fact]
    public void AWideTableOfOneSeries_IsToldByItsRows() => Assert.Equal(
        [
            "A table of Item and W1 to W5, with two rows.",
            "Tea is highest in W3, at 21, and lowest in W4, at 5.",
            "Bread has the same numbers as Tea.",
        ],
        Told("Item|W1|W2|W3|W4|W5;Tea|7|14|21|5|12;Bread|7|14|21|5|12"));

    [Fact]
    public void ASmallTable_IsReadWhole() => Assert.Equal(
        ["A table of Tool, Price and Shop, with two rows.", "Spade: 15, North", "Rake: 20, none"], Told("Tool|Price|Shop;Spade|15|North;Rake|20|–"));

    [Theory]
    [InlineData("Part|What to do;Belt|Dry it, and tighten the screw;Filter|Wash it;Hose|Look for holes in it, and buy a new one;Lid|Close it")]
    [InlineData("Name|Version;Ant|1.2.3;Bee|1.10.0;Cow|1.9.1;Doe|2.0.0")]
    [InlineData("Name|Code;Ant|4711;Bee|815;Cow|333;Doe|12")]
    [InlineData("1|2;3|4;5|6;7|9;8|1")]
    [InlineData("Tool|Price;Spade|15;Spade|20;Hoe|12;Fork|18")]
    [InlineData("Tool|Length;Spade|15 cm;Rake|2 m;Hoe|12 cm;Fork|18 cm")]
    public void WhereOnlyTheCellsTellIt_TheFirstRowsAreRead(string table)
    {
        var first = table.Split(';')[1].Split('|');

        Assert.Equal($"{first[0]}: {first[1]}", Told(table)[1]);
    }

    [Fact]
    public void RowsThatAreNotRead_AreNamedWhereTheyAreFew() => Assert.Equal(
        "The rest: Cow and Doe.", Told("Name|Version;Ant|1.2.3;Bee|1.10.0;Yak|1.9.1;Cow|1.9.1;Doe|2.0.0")[^1]);

    [Fact]
    public void WhatIsTrueOfAPart_IsSaidOfThePartAlone()
    {
        var part = Scene(Prices) with { IsPart = true, AllRows = 9 };
        var column = part with { Columns = ["Tool", "Weight"] };

        Assert.Equal(
            ["A table of Tool and Price, with nine rows, four of them here.", "Among these, Rake has the highest price, 20, and Hoe the lowest, 12."],
            Write(part, null, "en"));
        Assert.Equal("The table goes on, with four rows more.", Write(part, part, "en")[0]);
        Assert.Equal("The table goes on with Weight.", Write(column, part, "en")[0]);
        Assert.Equal("Spade: 15", Write(part, null, "de")[1]);
    }

    [Theory]
    [InlineData("de", "Price: am höchsten bei Rake mit 20, am niedrigsten bei Hoe mit 12.")]
    [InlineData("fr", "Price: maximum 20 pour Rake, minimum 12 pour Hoe.")]
    [InlineData("es", "Price: máximo 20 en Rake, mínimo 12 en Hoe.")]
    [InlineData("it", "Price: massimo 20 per Rake, minimo 12 per Hoe.")]
    [InlineData("nl", "Price: het hoogst bij Rake met 20, het laagst bij Hoe met 12.")]
    [InlineData("pt-BR", "Price: máximo 20 em Rake, mínimo 12 em Hoe.")]
    [InlineData("pl", "Spade: 15")]
    public void OtherLanguages_HaveWordsOfTheirOwnOrReadTheRows(string language, string sentence) =>
        Assert.Equal(["Tool, Price", sentence], Write(Scene(Prices), null, language).Take(2));

    [Theory]
    [InlineData("de", "Ort|Gäste;Ulm|1.200;Kiel|987;Bonn|1.100;Jena|999", "Gäste: am höchsten bei Ulm mit 1.200, am niedrigsten bei Kiel mit 987.")]
    [InlineData("de", "Ort|Gäste;Ulm|1,200;Kiel|987;Bonn|1,100;Jena|999", "Ulm: 1,200")]
    [InlineData("en", "Place|Guests;Ulm|1,200;Kiel|987;Bonn|1,100;Jena|999", "Ulm has the most guests, 1,200, and Kiel the fewest, 987.")]
    public void ANumberOfTwoReadings_IsReadAsItsLanguageDoesOrNotCompared(string language, string table, string sentence) =>
        Assert.Equal(sentence, Write(Scene(table), null, language)[1]);

    [Fact]
    public void RowsThatAreOnlyCounted_AreNoRows() => Assert.Equal(
        "Among these, Rake has the highest price, 20, and Hoe the lowest, 12.",
        Write(Scene(Prices + ";… 40 more rows|") with { IsPart = true, AllRows = 44 }, null, "en")[^1]);

    private static string[] Told(string table) => Write(Scene(table), null, "en");

    private static string[] Write(Scene scene, Scene? before, string language) => [.. TableNarration.Write(scene, before, language, Phrases.For(language))];

    /// <summary>Rows between semicolons, the first of which is the head; cells between strokes.</summary>
    private static Scene Scene(string table)
    {
        var rows = table.Split(';').Select(row => row.Split('|').ToImmutableArray()).ToList();
        return new Scene { Id = "s", Kind = SceneKind.Table, Title = "t", Chapter = "c", Columns = rows[0], Rows = [.. rows.Skip(1)] };
    }
}
