using System.Diagnostics;
using System.Text;
using Spectre.Console.Testing;

namespace VideoGen.Cli.Tests;

/// <summary>A folder of state files in which some are not what they should be: these are named with the reason, and the others are taken.</summary>
public sealed class ImportTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("videogen-test-").FullName;
    private readonly TestConsole _console = new TestConsole().Width(400);
    private readonly StringWriter _error = new();

    public ImportTests() => Directory.CreateDirectory(Folder);

    private string Folder => Path.Combine(_root, "state");

    public void Dispose()
    {
        Directory.Delete(_root, recursive: true);
        _console.Dispose();
        _error.Dispose();
    }

    [Fact]
    public async Task WhatCannotBeTakenIsNamedAndTheOthersAreTaken()
    {
        Write("good.json", State("good"));
        Write("lists.json", State("lists", omit: true));
        Write("zmark.json", State("zmark"), mark: true);
        Write("infinite.json", State("infinite", progress: "1e999"));
        Write("half.json", State("half", metadata: "{\"m\":\"\\ud83c\"}"));
        Write("status.json", State("status", status: "3"));
        Write("twice.json", State("twice").Replace("{\"task_id\"", "{\"task_id\":\"twice\",\"task_id\"", StringComparison.Ordinal));
        Write("deep.json", State("deep", metadata: $"{{\"m\":{new string('[', 5_000)}{new string(']', 5_000)}}}"));
        Write("outside.json", State("../../outside"));
        Write("empty.json", "");
        Write("long.json", State("long", metadata: $"{{\"m\":\"{new string('x', 100_000)}\"}}"));
        await using (var huge = File.Create(Path.Combine(Folder, "huge.json")))
        {
            huge.SetLength(1L << 40);
        }

        Directory.CreateDirectory(Path.Combine(Folder, "folder.json"));
        File.CreateSymbolicLink(Path.Combine(Folder, "loop.json"), "loop.json");
        File.CreateSymbolicLink(Path.Combine(Folder, "nowhere.json"), "gone");
        File.CreateSymbolicLink(Path.Combine(Folder, "zeros.json"), "/dev/zero");
        using (var pipe = Process.Start("mkfifo", [Path.Combine(Folder, "pipe.json")]))
        {
            await pipe.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var exitCode = await RunAsync("import", Folder);

        Assert.Equal("", _error.ToString());
        Assert.Equal(1, exitCode);
        Assert.Contains("3 imported, 14 skipped", _console.Output, StringComparison.Ordinal);
        Assert.All(
            ["infinite", "half", "status", "twice", "deep", "outside", "empty", "long", "huge", "folder", "loop", "nowhere", "zeros", "pipe"],
            name => Assert.Contains($"skipped {name}.json: ", _console.Output, StringComparison.Ordinal));
        Assert.Contains("pipe.json is not a file", _console.Output, StringComparison.Ordinal);
        Assert.Equal([Path.Combine(Folder, "outside.json")], Directory.EnumerateFiles(_root, "outside*", SearchOption.AllDirectories));
        Assert.Equal(0, await RunAsync("list"));
        Assert.All(["good", "lists", "zmark"], id => Assert.Contains($"\n{id} ", _console.Output, StringComparison.Ordinal));
    }

    /// <summary>A copy beside the file that the Python system wrote is not to win by the order of names.</summary>
    [Fact]
    public async Task AFileUnderAnotherNameCountsOnlyWhereTheTasksOwnIsMissing()
    {
        Write("a copy.json", State("task", progress: "0.125"));
        Write("task.json", State("task", progress: "0.75"));
        Write("renamed.json", State("other"));

        var exitCode = await RunAsync("import", Folder);

        Assert.Equal("", _error.ToString());
        Assert.Equal(1, exitCode);
        Assert.Contains("skipped a copy.json: Task task is here already.", _console.Output, StringComparison.Ordinal);
        Assert.Contains("2 imported, 1 skipped", _console.Output, StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("show", "task"));
        Assert.Contains("75 %", _console.Output, StringComparison.Ordinal);
    }

    private static string State(string id, string status = "\"running\"", string progress = "0.5", string metadata = "{}", bool omit = false)
    {
        var ofStage = omit ? "" : ",\"error\":null,\"artifacts\":{},\"metadata\":{}";
        var ofTask = omit ? "" : $",\"errors\":[],\"warnings\":[],\"metadata\":{metadata},\"version\":3";
        return $$"""
            {"task_id":"{{id}}","input_config":{},"status":{{status}},"current_stage":"a","overall_progress":{{progress}},"created_at":"2025-12-16T10:11:12",
            "stages":{"a":{"name":"a","status":"running","progress":0.5,"started_at":null,"completed_at":null{{ofStage}} } }{{ofTask}} }
            """;
    }

    private void Write(string name, string text, bool mark = false) => File.WriteAllText(Path.Combine(Folder, name), text, new UTF8Encoding(mark));

    private Task<int> RunAsync(params string[] arguments) => new CommandLine(_console, _error).RunAsync([.. arguments, "--data", Path.Combine(_root, "data")]);
}
