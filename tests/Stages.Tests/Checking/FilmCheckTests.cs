using System.Globalization;
using VideoGen.Stages.Checking;
using VideoGen.Stages.Documents;
using VideoGen.Stages.Media;
using VideoGen.Stages.Tests.Media;

namespace VideoGen.Stages.Tests.Checking;

/// <summary>Small films with faults that were put into them on purpose.</summary>
public sealed class FilmCheckTests : IDisposable
{
    private const string Captions = "1\n00:00:00,500 --> 00:00:03,500\nEvery bed is watered\nbefore seven.\n\n"
        + "2\n00:00:04,500 --> 00:00:07,500\nWet leaves burn.\n\n";

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task AQuietFilmWithCaptionsBesideIt_IsGood()
    {
        var film = await MakeAsync("testsrc2=s=160x90:r=30:d=8", "sine=f=300:d=8,volume='if(between(mod(t,4),0.5,3.5),2.05,0)':eval=frame", 0);
        await File.WriteAllTextAsync(Path.ChangeExtension(film, ".srt"), Captions, TestContext.Current.CancellationToken);

        var report = await CheckAsync(film, "");

        Assert.Empty(report.Findings);
        Assert.Contains("tesseract", Assert.Single(report.NotMeasured), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"missing_characters\":[\"春\",\"今\"]}", "Boxes stand for characters that no font of the machine had: 春 今.")]
    [InlineData("{\"missing_characters\":7}", null)]
    [InlineData("[1]", null)]
    [InlineData("{", null)]
    public async Task BoxesThatAManifestKnowsOf_AreFound(string manifest, string? message)
    {
        var film = Path.Combine(_folder, "film.mp4");
        await File.WriteAllTextAsync(Path.ChangeExtension(film, ".manifest.json"), manifest, TestContext.Current.CancellationToken);

        var missing = await FilmManifest.MissingCharactersAsync(film, TestContext.Current.CancellationToken);

        var facts = new FilmFacts { Width = 320, Height = 180, Duration = 8, Loudness = -16, MissingCharacters = missing };
        Assert.Equal(message, FilmRules.Judge(facts, []).Findings.FirstOrDefault(finding => finding.Rule == "text.boxes")?.Message);
    }

    [Fact]
    public async Task FaultsThatCanBeSeenAndHeard_AreFound()
    {
        // Half a second of black and white in turn, then a box at the edge that stands still for long, and an empty end; loud at first, then silent.
        const string Picture = "color=c=0x303030:s=160x90:r=30:d=26,drawbox=x=0:y=30:w=12:h=24:c=white:t=fill:enable='lt(t,23)',"
            + "drawbox=c=white:t=fill:enable='lt(t,1)*lt(mod(t,0.2),0.1)'";
        var film = await MakeAsync(Picture, "sine=f=300:d=26,volume='if(lt(t,15),8,0)':eval=frame", 0.4);

        var report = await CheckAsync(film, "");

        Assert.Equal(
            [
                "captions.missing", "picture.blank", "picture.edge", "picture.flashes", "picture.frozen", "sound.loudness", "sound.offset", "sound.peak",
                "sound.silence",
            ],
            report.Findings.Select(finding => finding.Rule).Where(rule => rule is not ("picture.ending" or "sound.length")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task TextInThePicture_IsMeasured()
    {
        // A stand-in reads one word in a faint, small box at the left of each picture.
        var bin = Directory.CreateDirectory(Path.Combine(_folder, "bin")).FullName;
        var reader = new FakeTool(bin, "tesseract", "printf '5\\t1\\t1\\t1\\t1\\t1\\t10\\t10\\t60\\t9\\t96\\tWatered\\n'");
        const string Picture = "color=c=0x303030:s=160x90:r=30:d=8,drawbox=x=0:y=0:w=4:h=3:c=0x484848:t=fill";
        var film = await MakeAsync(Picture, "sine=f=300:d=8,volume=2.05", 0);
        await File.WriteAllTextAsync(Path.ChangeExtension(film, ".srt"), Captions, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            Path.ChangeExtension(film, ".manifest.json"), "{\"missing_characters\":[\"春\"]}", TestContext.Current.CancellationToken);

        var report = await CheckAsync(film, reader.SearchPath);

        Assert.Contains(report.Findings, finding => finding.Rule == "text.boxes");
        Assert.Contains(report.Findings, finding => finding.Rule == "text.small");
        Assert.Contains(report.Findings, finding => finding.Rule == "text.contrast");
        Assert.Empty(report.NotMeasured);
    }

    [Fact]
    public async Task WhatIsNoFilm_IsSaid()
    {
        var path = Path.Combine(_folder, "sound.wav");
        await ProgramOutput.OfAsync("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=d=1", path);

        var failure = await Assert.ThrowsAsync<DocumentException>(() => CheckAsync(path, ""));

        Assert.Equal("film.unreadable", failure.Code);
        failure = await Assert.ThrowsAsync<DocumentException>(() => FilmChecks.CheckAsync(path + "x", TestContext.Current.CancellationToken));
        Assert.Equal("film.missing", failure.Code);
    }

    [Fact]
    public void Captions_AreReadAsPlayersReadThem() => Assert.Equal(
        [(0.5, 3.5, "Every bed is watered|before seven."), (4.5, 7.5, "Wet leaves burn.")],
        SubRip.Read("\uFEFF" + Captions.Replace("Wet", "<i>Wet</i>", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal))
            .Select(caption => (caption.Start, caption.End, string.Join('|', caption.Lines))));

    private static Task<FilmReport> CheckAsync(string film, string searchPath)
    {
        // Without a path of its own, everything but the reader of text is there.
        var options = new MediaOptions { SearchPath = searchPath.Length > 0 ? searchPath : WithoutTesseract() };
        return new FilmCheck(new MediaToolRunner(options, TimeProvider.System)).CheckAsync(film, TestContext.Current.CancellationToken);
    }

    private static string WithoutTesseract()
    {
        var bin = Directory.CreateTempSubdirectory().FullName;
        foreach (var program in new[] { "ffmpeg", "ffprobe", "setsid", "setpriv" })
        {
            File.CreateSymbolicLink(Path.Combine(bin, program), FakeTool.Real(program));
        }

        return bin;
    }

    private async Task<string> MakeAsync(string picture, string sound, double offset)
    {
        var film = Path.Combine(_folder, "film.mp4");
        await ProgramOutput.OfAsync(
            "ffmpeg", "-v", "error", "-f", "lavfi", "-i", picture, "-itsoffset", offset.ToString(CultureInfo.InvariantCulture),
            "-f", "lavfi", "-i", sound, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", film);
        return film;
    }
}
