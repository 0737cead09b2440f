using System.Collections.Immutable;
using VideoGen.Stages.Checking;

namespace VideoGen.Stages.Tests.Checking;

public sealed class FilmRulesTests
{
    private static readonly ImmutableArray<FilmCaption> Captions =
        [.. Enumerable.Range(0, 8).Select(i => new FilmCaption(0.5 + (4 * i), 3.5 + (4 * i), ["Every bed is watered before", "seven in the morning."]))];

    private static readonly FilmFacts Good = new()
    {
        Width = 1920,
        Height = 1080,
        Duration = 33,
        SoundOffset = 0,
        SoundExcess = 0.01,
        Loudness = -16.2,
        TruePeak = -2,
        LongestSilence = 1.2,
        Speech = [.. Captions.Select(caption => (caption.Start, caption.End))],
        Captions = Captions,
        Chapters = [12, 21],
        Flashes = 1,
        LongestFreeze = 9,
        Blank = 0.2,
        EdgeShare = 0,
        EndsAsItBegins = false,
        Words = [new ReadWord(2, "Watering", 30, 12), new ReadWord(9, "Morning", 20, 4.6)],
    };

    /// <summary>One defect each, of the kinds that a film can have.</summary>
    private static readonly Dictionary<string, FilmFacts> Defects = new()
    {
        ["sound.missing"] = Good with { Loudness = null, Speech = null },
        ["sound.loudness"] = Good with { Loudness = -23 },
        ["sound.peak"] = Good with { TruePeak = -0.2 },
        ["sound.silence"] = Good with { LongestSilence = 6 },
        ["sound.offset"] = Good with { SoundOffset = 0.3 },
        ["sound.length"] = Good with { SoundExcess = 2 },
        ["picture.flashes"] = Good with { Flashes = 5 },
        ["picture.frozen"] = Good with { LongestFreeze = 28 },
        ["picture.blank"] = Good with { Blank = 2 },
        ["picture.edge"] = Good with { EdgeShare = 0.5 },
        ["picture.ending"] = Good with { EndsAsItBegins = true },
        ["chapters.short"] = Good with { Chapters = [4, 29] },
        ["chapters.missing"] = Good with { Chapters = [], Duration = 90 },
        ["text.boxes"] = Good with { MissingCharacters = ["春"] },
        ["text.small"] = Good with { Words = [new ReadWord(2, "Watering", 11, 12)] },
        ["text.contrast"] = Good with { Words = [new ReadWord(2, "Watering", 30, 2.4)] },
        ["text.repeated"] = Good with { Words = [new ReadWord(2, "Every bed is watered before seven in", 30, 12)] },
        ["captions.missing"] = Good with { Captions = null },
        ["captions.lines"] = With(caption => caption with { Lines = ["Every bed is", "watered before", "seven."] }),
        ["captions.wide"] = With(caption => caption with { Lines = ["Every bed of the garden is watered before seven"] }),
        ["captions.brief"] = With(caption => caption with { End = caption.Start + 0.4, Lines = ["Water."] }),
        ["captions.long"] = With(caption => caption with { Start = 0.5, End = 8.5 }),
        ["captions.fast"] = With(caption => caption with { End = caption.Start + 1.2 }),
        ["captions.break"] = With(caption => caption with { Lines = ["Every bed is watered in the", "morning before seven."] }),
        ["captions.speed"] = Good with { Captions = [.. Captions.Select(caption => caption with { End = caption.Start + 2.6 })] },
        ["captions.overlap"] = With(caption => caption with { End = caption.End + 2 }),
        ["captions.late"] = Good with { Captions = [.. Captions.Select(caption => caption with { Start = caption.Start + 0.8, End = caption.End + 0.8 })] },
        ["captions.after"] = Good with { Duration = 30 },
        ["pace"] = Good with { Captions = [.. Captions.Select(caption => caption with { Lines = ["a b c d e f g h i j k l"] })] },
    };

    public static TheoryData<string> Names => [.. Defects.Keys];

    [Theory]
    [InlineData("Year 2020: 1200.", 0)]
    [InlineData("Year one: few.", 1)]
    public void ANumber_IsSeveralWordsToTheEar(string text, int faults)
    {
        var report = FilmRules.Judge(Good with { Captions = [.. Captions.Select(caption => caption with { Lines = [text] })] }, []);

        Assert.Equal(faults, report.Findings.Count(finding => finding.Rule == "pace"));
    }

    [Theory]
    [InlineData(10, 7, 0)]
    [InlineData(10, 2, 1)]
    [InlineData(60, 7, 1)]
    public void AWordThatIsFaintWhileItEnters_IsJudgedByThePictureInWhichItStands(double left, double contrast, int faults)
    {
        var report = FilmRules.Judge(Good with { Words = [new ReadWord(2, "Rivers", 30, 2.4, 12, 50), new ReadWord(5, "Rivers", 30, contrast, left, 51)] }, []);

        Assert.Equal(faults, report.Findings.Count(finding => finding.Rule == "text.contrast"));
    }

    [Theory]
    [InlineData("hill", true)]
    [InlineData("turn", false)]
    [InlineData("Turn", true)]
    [InlineData("7", true)]
    [InlineData("sea", false)]
    public void OnlyWordsWithALetterAsHighAsACapitalOne_TellHowLargeTextIs(string word, bool isTall) => Assert.Equal(isTall, word.Any(PictureReader.IsTall));

    [Theory]
    [InlineData("Watering", 110, 4, null)]
    [InlineData("Watering", 60, 9, 9.0)]
    [InlineData("MM", 30, 12, 12.0)]
    public void ABoxThatIsLowerThanItsLettersAreWide_TellsNoHeight(string word, int width, int height, double? expected) =>
        Assert.Equal(expected, PictureReader.HeightOf(word, width, height));

    [Fact]
    public void AGoodFilm_HasNothingAgainstIt()
    {
        var report = FilmRules.Judge(Good, []);

        Assert.Empty(report.Findings);
        Assert.Equal(100, report.Score);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ASeededDefect_IsFoundAndCosts(string rule)
    {
        var report = FilmRules.Judge(Defects[rule], []);

        Assert.Contains(report.Findings, finding => finding.Rule == rule);
        Assert.InRange(report.Score, 0, 99);
    }

    [Fact]
    public void ManyFaultsOfOneKind_CostAsMuchAsTwo()
    {
        var report = FilmRules.Judge(Good with { Captions = [.. Captions.Select(caption => caption with { Lines = ["a", "b", "c"] })], Speech = null }, []);

        Assert.Equal(8, report.Findings.Count(finding => finding.Rule == "captions.lines"));
        Assert.True(report.Score >= 100 - (2 * 11) - (2 * 11), $"{report.Score}");
    }

    [Fact]
    public void WhatWasNotMeasured_IsNotJudged()
    {
        var report = FilmRules.Judge(new FilmFacts { Width = 320, Height = 180, Duration = 33, Loudness = -16, Captions = Captions }, ["text"]);

        Assert.Equal(["text"], report.NotMeasured);
        Assert.Empty(report.Findings);
    }

    private static FilmFacts With(Func<FilmCaption, FilmCaption> change) => Good with { Captions = Captions.SetItem(0, change(Captions[0])) };
}
