using System.Text.Json;
using Spectre.Console.Testing;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Running;
using VideoGen.Stages.Tests.Piper;

namespace VideoGen.Cli.Tests;

/// <summary><c>run</c> with a neural voice that the person names by its file.</summary>
public sealed class NeuralVoiceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("videogen-voice-").FullName;
    private readonly TestConsole _console = new TestConsole().Width(160);
    private readonly StringWriter _error = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _console.Dispose();
        _error.Dispose();
    }

    [Fact]
    public async Task AFilmIsSpokenByAModelAndAnotherModelOfTheSameNameMakesItAnew()
    {
        var document = await WriteAsync("# Small\n\nThe voice of this film is a model.\n");
        string[] command = ["run", document, "-o", In("small.mp4"), "--size", "320x240", "--voice", new TinyVoice().WriteTo(_folder)];

        Assert.True(await RunAsync(command) == 0, _error.ToString());
        var first = await VoiceOfOnlyTaskAsync();
        Assert.Matches("^piper:tiny@[0-9a-f]{12}$", first);
        Assert.True(new FileInfo(In("small.mp4")).Length > 10_000);
        Assert.True(await RunAsync(command) == 0, _error.ToString());
        Assert.Contains("was completed before", _console.Output, StringComparison.Ordinal);

        new TinyVoice { Gain = 0.02f }.WriteTo(_folder);
        Assert.True(await RunAsync(command) == 0, _error.ToString());

        Assert.Equal(2, (await TasksAsync()).GetArrayLength());
    }

    [Theory]
    [InlineData("gone.onnx", "there is no file")]
    [InlineData("tiny.onnx#7", "has no speaker '7'. It has one, who needs no number.")]
    public async Task AFileThatIsNoVoiceIsSaidBeforeAnythingIsStarted(string voice, string why)
    {
        new TinyVoice().WriteTo(_folder);

        Assert.Equal(2, await RunAsync("run", await WriteAsync("# Small\n\nText.\n"), "-o", In("small.mp4"), "--voice", In(voice)));

        Assert.Contains(why, _error.ToString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(In("data")) && Directory.EnumerateFiles(In("data"), "*.db").Any());
    }

    [Theory]
    [InlineData("voices/tiny.onnx", true)]
    [InlineData("./voices/tiny.onnx#0", true)]
    [InlineData("../up.onnx", false)]
    [InlineData("voices/../../up.onnx", false)]
    [InlineData("{0}/up.onnx", false)]
    [InlineData("link.onnx", false)]
    [InlineData("voices/gone.onnx", false)]
    [InlineData("slt", false)]
    public async Task ADocumentNamesOnlyModelsBelowItsFolder(string voice, bool isTaken)
    {
        var below = Directory.CreateDirectory(In("documents")).FullName;
        new TinyVoice().WriteTo(Path.Combine(below, "voices"));
        File.CreateSymbolicLink(Path.Combine(below, "link.onnx"), new TinyVoice().WriteTo(_folder, "up"));
        var document = await WriteAsync($"---\nvoice: \"{voice.Replace("{0}", _folder)}\"\n---\n# Small\n", "documents/small.md");

        var request = await VoiceChoice.ResolveAsync(new DocumentRequest { File = document }, Stop);

        Assert.Equal(isTaken, request.VoiceFile is not null);
        Assert.Equal(isTaken, request.Voice?.StartsWith("piper:tiny@", StringComparison.Ordinal) ?? false);
    }

    [Fact]
    public async Task AModelThatADocumentNamesAndThatIsNoGoodIsSaid()
    {
        await File.WriteAllTextAsync(In("bad.onnx"), "no model", Stop);
        await File.WriteAllTextAsync(In("bad.onnx.json"), "{}", Stop);
        var document = await WriteAsync("---\nvoice: bad.onnx\n---\n# Small\n");

        var failure = await Assert.ThrowsAsync<CommandFailedException>(() => VoiceChoice.ResolveAsync(new DocumentRequest { File = document }, Stop));

        Assert.Equal(ExitCode.BadInput, failure.ExitCode);
        Assert.StartsWith($"{In("bad.onnx.json")} does not describe a voice of Piper: espeak.voice is missing", failure.Message, StringComparison.Ordinal);
    }

    private async Task<string> VoiceOfOnlyTaskAsync()
    {
        var id = Assert.Single((await TasksAsync()).EnumerateArray()).GetProperty("task_id").GetString()!;
        using var answer = JsonDocument.Parse(await SayAsync("get", id, "-o", "json"));
        return answer.RootElement.GetProperty("task").GetProperty("input_config").GetProperty("voice").GetString()!;
    }

    private async Task<JsonElement> TasksAsync() => JsonDocument.Parse(await SayAsync("list", "-o", "json")).RootElement.GetProperty("tasks").Clone();

    private async Task<string> SayAsync(params string[] arguments)
    {
        var before = _console.Output.Length;
        Assert.Equal(0, await RunAsync(arguments));
        return _console.Output[before..];
    }

    private Task<int> RunAsync(params string[] arguments) => new CommandLine(_console, _error).RunAsync([.. arguments, "--data", In("data")]);

    private string In(string name) => Path.Combine(_folder, name);

    private async Task<string> WriteAsync(string text, string name = "small.md")
    {
        await File.WriteAllTextAsync(In(name), text, Stop);
        return In(name);
    }
}
