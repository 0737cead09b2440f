using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using VideoGen.Stages.Tests.Piper;

namespace VideoGen.Cli.Tests;

/// <summary>What is done to tasks by the command line over HTTP. And every command of the guide.</summary>
public sealed class HttpCommandTests : CommandsOverHttp
{
    private static readonly byte[] Picture = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 0];

    [Fact]
    public async Task ADocumentWithItsPicturesIsHandedInAndSteered()
    {
        var document = Path.Combine(Folder, "talk.md");
        Directory.CreateDirectory(Path.Combine(Folder, "pictures"));
        await File.WriteAllTextAsync(document, "# Talk\n\nWords.\n\n![A](pictures/a.png)\n\n![B](../b.png)\n", Stop);
        await File.WriteAllBytesAsync(Path.Combine(Folder, "pictures", "a.png"), Picture, Stop);

        Assert.Equal(0, await RunAsync("submit", document, "--id", "talk", "--label", "team=docs", "--priority", "3", "--language", "de"));
        Assert.Equal(0, await RunAsync("submit", document, "--id", "talk", "--label", "team=docs", "--priority", "3", "--language", "de"));
        Assert.Contains("Task talk is known already; it is pending.", Output, StringComparison.Ordinal);
        using var http = new HttpClient();
        var state = await http.GetFromJsonAsync<JsonElement>($"{Server}/api/tasks/talk", Stop);
        Assert.Equal("de", state.GetProperty("input_config").GetProperty("languages")[0].GetString());
        var picture = Assert.Single(state.GetProperty("input_config").GetProperty("images").EnumerateObject());
        Assert.Equal("pictures/a.png", picture.Name);
        Assert.Equal(Picture, await File.ReadAllBytesAsync(Path.Combine(Folder, "artifacts", picture.Value.GetProperty("uri").GetString()!), Stop));

        await SaysAsync(0, "talk", "list", "--label", "team=docs");
        await SaysAsync(0, "1 exported", "export", Path.Combine(Folder, "exported"));
        await SaysAsync(0, "talk", "list", "--label", "team=docs", "--sort", "priority", "--order", "asc", "--since", "1h", "--updated-since", "1h");
        await SaysAsync(0, "There are no tasks here.", "list", "--label", "team=docs", "--label", "k=v");
        await SaysAsync(0, "There are no tasks here.", "list", "--until", "1h");
        await SaysAsync(0, "There are no tasks here.", "list", "--error", "no such & error");
        await SaysAsync(0, "\"version\"", "show", "talk", "--json");
        await SaysAsync(0, "\"waits\"", "get", "talk", "-o", "json");
        await SaysAsync(0, "team=docs", "get", "talk", "-o", "wide");
        Assert.Equal("talk\n", await SaysAsync(0, "talk", "list", "-o", "name"));
        await SaysAsync(0, "Priority  3", "describe", "talk");
        await SaysAsync(0, "created", "logs", "talk");
        await SaysAsync(3, "", "logs", "talk", "no_such_stage");
        await SaysAsync(2, "", "list", "--json", "-o", "name");
        Assert.Equal($"{Server}/tasks/talk\n", await SaysAsync(0, "talk", "open", "talk"));
        await SaysAsync(0, "input_adaptation", "why", "talk");
        await SaysAsync(0, "Task talk is paused", "pause", "talk", "--now");
        await SaysAsync(0, "Task talk goes on", "resume", "talk");
        await SaysAsync(0, "has its new priority", "priority", "talk", "7");
        await SaysAsync(0, "Task talk is cancelled.", "cancel", "talk");
        await SaysAsync(0, "already", "cancel", "talk");
        await SaysAsync(0, "Task talk is cancelled.", "wait", "talk", "--for", "cancelled");
        await SaysAsync(1, "Task talk is cancelled.", "watch", "talk");
        await SaysAsync(0, "Z  cancelled", "logs", "talk", "-f");
        await SaysAsync(0, "Task talk is deleted.", "delete", "talk");
        Assert.Equal(3, await RunAsync("cancel", "talk"));
        Assert.Equal(3, await RunAsync("show", "talk"));
        Assert.Contains("There is no task talk", Errors, StringComparison.Ordinal);
    }

    /// <summary>Whoever hands a document in names no file of the silo's machine, neither by an option nor in the document.</summary>
    [Fact]
    public async Task ANeuralVoiceCannotBeNamedByAFileOverHttp()
    {
        var model = new TinyVoice().WriteTo(Path.Combine(Folder, "voices"));
        var document = Path.Combine(Folder, "talk.md");
        await File.WriteAllTextAsync(document, $"---\nvoice: {model}\n---\n# Talk\n\nWords.\n", Stop);

        Assert.Equal(2, await RunAsync("submit", document, "--voice", model));
        Assert.Contains($"There is no voice '{model}'", Errors, StringComparison.Ordinal);
        Assert.Contains("A file is a voice only for 'videogen run' without a silo", Errors, StringComparison.Ordinal);

        Assert.Equal(0, await RunAsync("submit", document, "--id", "talk"));
        using var http = new HttpClient();
        var input = (await http.GetFromJsonAsync<JsonElement>($"{Server}/api/tasks/talk", Stop)).GetProperty("input_config");
        Assert.Equal(model, input.GetProperty("foreign_voice").GetString());
        Assert.NotEqual(model, input.GetProperty("voice").GetString());
    }

    [Fact]
    public async Task WhatATaskMadeIsListedAndFetched()
    {
        var pipeline = Path.Combine(Folder, "p.json");
        await File.WriteAllTextAsync(pipeline, """{"name": "poster", /* a comment */ "stages": [{"name": "draw"}],}""", Stop);
        Assert.Equal(0, await RunAsync("submit", "--pipeline", pipeline, "--id", "poster"));
        using var http = new HttpClient { BaseAddress = new Uri(Server) };
        var wish = $$"""{"worker": "w", "incarnation": "{{Guid.NewGuid()}}", "kinds": ["draw"], "wait_s": 20}""";
        using var taken = await http.PostAsync("/api/work", new StringContent(wish, Encoding.UTF8, "application/json"), Stop);
        var item = (await taken.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("work")[0];
        http.DefaultRequestHeaders.Add("VideoGen-Lease", item.GetProperty("lease").GetString());
        using var upload = await http.PutAsync($"{item.GetProperty("url").GetString()}/artifacts/a.txt", new StringContent("made"), Stop);
        var made = await upload.Content.ReadAsStringAsync(Stop);
        using var end = await http.PostAsync(
            $"{item.GetProperty("url").GetString()}/complete", new StringContent($"{{\"artifacts\": [{made}]}}", Encoding.UTF8, "application/json"), Stop);
        Assert.True(end.IsSuccessStatusCode, await end.Content.ReadAsStringAsync(Stop));

        var target = Path.Combine(Folder, "fetched.txt");
        await SaysAsync(0, "draw/a.txt  4 bytes", "artifacts", "poster");
        await SaysAsync(0, "fetched.txt", "artifacts", "poster", "draw/a.txt", "-o", target);
        Assert.Equal("made", await File.ReadAllTextAsync(target, Stop));
        Assert.Equal(3, await RunAsync("artifacts", "poster", "draw/b.txt"));
    }

    [Fact]
    public async Task APlaceThatIsNoneIsSaid()
    {
        Assert.Equal(2, await RunAsIsAsync("list", "--server", "nowhere"));
        Assert.Equal(5, await RunAsIsAsync("list", "--server", "http://127.0.0.1:1"));
        Assert.Equal(2, await RunAsIsAsync("list", "--server", Server, "--data", Folder));
        Assert.Contains("is not the address of a silo", Errors, StringComparison.Ordinal);
        Assert.Contains("No silo answers at http://127.0.0.1:1", Errors, StringComparison.Ordinal);
        Assert.Contains("--server and --data are two places", Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryCommandOfTheGuideWorks()
    {
        var guide = await File.ReadAllTextAsync(Path.Combine(Repository(), "docs", "http.md"), Stop);
        var script = new StringBuilder("set -euo pipefail\n");
        foreach (var block in guide.Split("```sh\n").Skip(1))
        {
            script.AppendLine(block[..block.IndexOf("```", StringComparison.Ordinal)]);
        }

        await File.WriteAllTextAsync(Path.Combine(Folder, "talk.md"), "# Talk\n\nWords.\n", Stop);
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", script.ToString()])
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["VIDEOGEN_SERVER"] = Server },
        })!;
        var output = shell.StandardOutput.ReadToEndAsync(Stop);
        var error = await shell.StandardError.ReadToEndAsync(Stop);
        await shell.WaitForExitAsync(Stop);

        Assert.True(shell.ExitCode == 0, $"{await output}\n{error}");
    }

    internal static string Repository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "VideoGen.Orleans.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The repository was not found.");
        }

        return folder;
    }
}
