using Spectre.Console.Testing;

namespace VideoGen.Cli.Tests;

/// <summary>Wrong command lines for stages of one's own: what is wrong is said before a cluster is looked for.</summary>
public sealed class OwnStageCommandTests : IDisposable
{
    private const string NoRedis = "localhost:1";

    private readonly string _data = Directory.CreateTempSubdirectory("videogen-test-").FullName;
    private readonly TestConsole _console = new TestConsole().Width(160);
    private readonly StringWriter _error = new();

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Directory.Delete(_data, recursive: true);
        _console.Dispose();
        _error.Dispose();
    }

    [Theory]
    [InlineData(2, "--exec needs --kind KIND", "--exec", "true")]
    [InlineData(2, "--kind says what the program of --exec does", "--kind", "render")]
    [InlineData(2, "has a '|', which only a shell understands", "--exec", "a | b", "--kind", "render")]
    [InlineData(2, "'render:1' is the name of one stage", "--exec", "true", "--kind", "render:1")]
    [InlineData(2, "The stage name 'a b' may hold only", "--exec", "true", "--kind", "a b")]
    [InlineData(2, "--grace is a whole number of seconds, minutes or hours up to 1m", "--exec", "true", "--kind", "render", "--grace", "61s")]
    [InlineData(2, "The limit for 'b' is for no stage of this worker. It does a.", "--exec", "true", "--kind", "a", "--kind", "a", "--limit", "b=1")]
    [InlineData(5, "The program 'no-such-program' of the command 'no-such-program x' is not on this machine", "--exec", "no-such-program x", "--kind", "a")]
    public async Task AWrongWorkerGetsOneMessage(int exitCode, string message, params string[] arguments)
    {
        Assert.Equal(exitCode, await RunAsync(["worker", "--redis", NoRedis, .. arguments]));
        Assert.Contains(message, _error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'submit' takes a document FILE, or --pipeline P.json")]
    [InlineData("--input is what the stages of --pipeline are given; give both.", "--input", "i.json")]
    [InlineData("FILE is for the video of a document", "note.md", "--pipeline", "p.json")]
    [InlineData("--voice is for the video of a document", "--voice", "awb", "--pipeline", "p.json")]
    [InlineData("p.json cannot be read", "--pipeline", "p.json")]
    [InlineData("A task id may hold only the characters", "--pipeline", "p.json", "--id", "a/b")]
    public async Task AWrongSubmissionGetsOneMessage(string message, params string[] arguments)
    {
        Assert.Equal(2, await RunAsync(["submit", "--redis", NoRedis, .. arguments]));
        Assert.Contains(message, _error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"name": "p"}""", "{}", "is not a pipeline.\nstages: A pipeline needs stages.")]
    [InlineData("""{"name": "p", "stages": [{"name": "a"}]}""", "[]", "is not an input: that is a JSON object in braces.")]
    [InlineData("""{"name": "p", "stages": [{"name": "a"}]}""", "{", "is not an input in JSON: ")]
    [InlineData("""{"name": "p", "stages": [{"name": "a"}]}""", """{"a": 1, "a": 2}""", "is not an input in JSON: ")]
    [InlineData("""{"name": "p", "stages": [{"name": "a"}]}""", """{"a": "\ud800"}""", "is not an input in JSON: ")]
    [InlineData("""{"name": "p", "stages": [{"name": "a"}]}""", null, "input.json has 1048577 bytes; 1048576 is the most.")]
    public async Task WhatIsWrongInTheFilesIsSaidWithTheirNames(string pipeline, string? input, string message)
    {
        var (pipelineFile, inputFile) = (Path.Combine(_data, "p.json"), Path.Combine(_data, "input.json"));
        await File.WriteAllTextAsync(pipelineFile, pipeline, Ended);
        await File.WriteAllTextAsync(inputFile, input ?? new string(' ', 1_048_577), Ended);

        Assert.Equal(2, await RunAsync("submit", "--redis", NoRedis, "--pipeline", pipelineFile, "--input", inputFile));
        Assert.Contains(message, _error.ToString().ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    private Task<int> RunAsync(params string[] arguments) => new CommandLine(_console, _error).RunAsync([.. arguments, "--data", _data]);
}
