using System.Text;
using VideoGen.Stages.Documents;
using VideoGen.Stages.Intake;
using VideoGen.Stages.Tests.Contract;

namespace VideoGen.Stages.Tests.Intake;

public sealed class DocumentIntakeTests : IDisposable
{
    private static readonly byte[] Png = [0x89, (byte)'P', (byte)'N', (byte)'G', 1, 2, 3];

    private readonly StageBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task TheSameDocumentAndChoicesGiveTheSameInputAndId()
    {
        var path = _bench.WriteFile("My notes (2).md", "# Hello\n\nWorld.");
        var first = await _bench.TakeAsync(path, new VideoChoices { Accent = "Green" });
        var second = await _bench.TakeAsync(path, new VideoChoices { Accent = "green" });
        var other = await _bench.TakeAsync(path, new VideoChoices { Accent = "red" });

        Assert.Equal(first.Input.ToJson(), second.Input.ToJson());
        Assert.Equal(first.TaskId, second.TaskId);
        Assert.Matches("^my-notes-2-[0-9a-f]{8}$", first.TaskId.Value);
        Assert.NotEqual(first.TaskId, other.TaskId);
        Assert.Equal($"inputs/{first.Input.Document.Sha256[..16]}/document.md", first.Input.Document.Uri);
    }

    [Fact]
    public async Task WhatWasChosenWinsOverTheFrontMatterWhichWinsOverDefaults()
    {
        var path = _bench.WriteFile("a.md", "---\nvoice: awb\naccent: red\nsize: 1280x720\nlang: de\n---\n# A\n");
        var (input, _) = await _bench.TakeAsync(path, new VideoChoices { Accent = "#00ff00" });

        Assert.Equal("awb", input.Voice);
        Assert.Equal((1280, 720), (input.Width, input.Height));
        Assert.Equal(["de"], input.Languages);
        Assert.Equal("#00ff00", input.AccentColor);
        Assert.Equal(["accent_color"], input.Chosen);
        Assert.Equal("slt", (await _bench.TakeAsync(_bench.WriteFile("b.md", "b"))).Input.Voice);
    }

    [Fact]
    public async Task OnlyPicturesBelowTheDocumentsFolderAreTaken()
    {
        var path = _bench.WriteFile(
            "a.md",
            "![x](one.png) ![x](sub/two%20b.JPG) ![x](../up.png) ![x](link.png) ![x](sub/../../up.png) ![x](/etc/passwd.png) ![x](no.png) ![x](text.png) "
            + "<img src='one.png'> ![x](folder/in.png)");
        var folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(Path.Combine(folder, "sub"));
        File.WriteAllBytes(Path.Combine(folder, "one.png"), Png);
        File.WriteAllBytes(Path.Combine(folder, "sub", "two b.JPG"), [0xFF, 0xD8, 0xFF, 9]);
        File.WriteAllBytes(Path.Combine(_bench.Root, "up.png"), Png);
        File.WriteAllText(Path.Combine(folder, "text.png"), "no picture at all");
        File.CreateSymbolicLink(Path.Combine(folder, "link.png"), Path.Combine(_bench.Root, "up.png"));
        Directory.CreateSymbolicLink(Path.Combine(folder, "folder"), _bench.Work);
        File.WriteAllBytes(Path.Combine(_bench.Work, "in.png"), Png);

        var (input, _) = await _bench.TakeAsync(path);

        Assert.Equal(["one.png", "sub/two%20b.JPG"], input.Images.Keys);
        Assert.Equal("image/jpeg", input.Images["sub/two%20b.JPG"].MediaType);
        Assert.Equal("picture.jpg", input.Images["sub/two%20b.JPG"].Name);
    }

    [Fact]
    public async Task TheProjectsListOfPronunciationsIsTakenAndTheDocumentsOwnGoesBefore()
    {
        _bench.WriteFile(".git/HEAD", "");
        _bench.WriteFile("videogen.yaml", "pronounce:\n  SQLite: sequel light\n  Grain: grayn\n");
        var path = _bench.WriteFile("sub/a.md", "---\npronounce: {Grain: corn}\n---\n# A\n\nSQLite has a Grain.");

        var (input, _) = await _bench.TakeAsync(path);
        var (scenes, _) = await _bench.ParseAsync(path);

        Assert.Equal("sequel light", input.Pronounce!["SQLite"]);
        var script = await _bench.WriteScriptAsync(scenes.Scenes[0].Id);
        Assert.Contains(script.Sentences, sentence => sentence.Speech == "sequel light has a corn.");
    }

    [Fact]
    public async Task Utf16WithItsMarkIsText()
    {
        var path = _bench.WriteFile("wide.txt", "");
        File.WriteAllBytes(path, [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("Привет")]);

        var (scenes, _) = await _bench.ParseAsync(path);

        Assert.Equal(["Привет"], scenes.Scenes[1].Lines.IsEmpty ? [scenes.Scenes[0].Subtitle!] : scenes.Scenes[1].Lines);
    }

    [Theory]
    [InlineData("", "document.empty")]
    [InlineData(" \n\t\n", "document.empty")]
    [InlineData("<!-- only a comment -->", "document.empty")]
    [InlineData("a\0b", "document.binary")]
    public async Task ABadDocumentIsRefusedByName(string text, string code)
    {
        var exception = await Assert.ThrowsAsync<DocumentException>(() => _bench.TakeAsync(_bench.WriteFile("a.md", text)));

        Assert.Equal(code, exception.Code);
        Assert.EndsWith(".", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BytesThatAreNoTextAreRefusedByName()
    {
        var path = _bench.WriteFile("a.md", "");
        File.WriteAllBytes(path, [0x41, 0xFF, 0x41]);
        Assert.Equal("document.encoding", (await Assert.ThrowsAsync<DocumentException>(() => _bench.TakeAsync(path))).Code);

        File.WriteAllBytes(path, new byte[DocumentText.MaxBytes + 1]);
        Assert.Equal("document.too_large", (await Assert.ThrowsAsync<DocumentException>(() => _bench.TakeAsync(path))).Code);
    }

    [Fact]
    public async Task AFolderAMissingFileAndAStrangeKindAreRefusedByName()
    {
        Assert.Equal("document.folder", (await Assert.ThrowsAsync<DocumentException>(() => _bench.TakeAsync(_bench.Root))).Code);
        Assert.Equal("document.missing", (await Assert.ThrowsAsync<DocumentException>(() => _bench.TakeAsync(Path.Combine(_bench.Root, "no.md")))).Code);
        Assert.Equal("document.kind", (await Assert.ThrowsAsync<DocumentException>(() => _bench.TakeAsync(_bench.WriteFile("a.pdf", "x")))).Code);
    }

    [Theory]
    [InlineData("1920x1081", null, null, "choice.size")]
    [InlineData("big", null, null, "choice.size")]
    [InlineData("99999x99999", null, null, "choice.size")]
    [InlineData(null, "mauve", null, "choice.accent")]
    [InlineData(null, null, "../../voice", "choice.voice")]
    public async Task ABadChoiceIsRefusedByName(string? size, string? accent, string? voice, string code)
    {
        var path = _bench.WriteFile("a.md", "text");
        var exception = await Assert.ThrowsAsync<DocumentException>(
            () => _bench.TakeAsync(path, new VideoChoices { Size = size, Accent = accent, Voice = voice }));

        Assert.Equal(code, exception.Code);
        Assert.False(Directory.Exists(_bench.Store.Root), "Something was stored.");
    }

    [Fact]
    public async Task ANarrationByAModelNeedsAModel()
    {
        var intake = new DocumentIntake(_bench.Store, ["slt"], isChatConfigured: false);
        var path = _bench.WriteFile("a.md", "text");

        var exception = await Assert.ThrowsAsync<DocumentException>(
            () => intake.TakeAsync(path, new VideoChoices { UseAi = true }, TestContext.Current.CancellationToken));

        Assert.Equal("choice.ai", exception.Code);
    }
}
