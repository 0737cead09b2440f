using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Spectre.Console.Testing;
using VideoGen.Cli.Completion;
using VideoGen.Cli.Help;
using VideoGen.Cli.Hosting;

namespace VideoGen.Cli.Tests;

/// <summary>What the program says of itself: help with examples, what was meant by a slip, completion. All is of the commands that are parsed.</summary>
public sealed partial class HelpTests : IDisposable
{
    private readonly TestConsole _console = new TestConsole().Width(160);
    private readonly StringWriter _error = new();
    private readonly Interruption _interruption;
    private readonly RootCommand _root;

    public HelpTests()
    {
        _interruption = new Interruption(_error);
        _root = new CommandLine(_console, _error).CreateRoot(_interruption);
    }

    public static TheoryData<string> OtherShells => ["zsh", "fish", "pwsh"];

    public void Dispose()
    {
        _interruption.Dispose();
        _console.Dispose();
        _error.Dispose();
    }

    [Fact]
    public void EveryCommandHasExamplesThatItTakes()
    {
        var paths = Leaves(_root, "").ToList();

        Assert.Equal(paths.Order(StringComparer.Ordinal), CommandExamples.Commands.Where(path => path.Length > 0).Order(StringComparer.Ordinal));
        foreach (var example in paths.Append("").SelectMany(CommandExamples.Of))
        {
            // Without what is the shell's own.
            var typed = Shell().Replace(example, "").Replace('\'', '"');
            Assert.StartsWith("videogen ", typed, StringComparison.Ordinal);
            var parsed = _root.Parse(CommandLineParser.SplitCommandLine(typed["videogen ".Length..]).ToList());
            Assert.Empty(parsed.Errors.Select(error => $"{example}: {error.Message}"));
        }
    }

    [Fact]
    public async Task TheHelpOfACommandEndsWithItsExamples()
    {
        Assert.Equal(0, await new CommandLine(_console, _error).RunAsync(["queue", "pause", "--help"]));

        Assert.EndsWith("Examples:\n  videogen queue pause gpu --reason 'driver update' --for 10m\n\n", _console.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Did you mean 'list'? See 'videogen --help'.", "lsit")]
    [InlineData("Did you mean 'cancel'?", "cancle", "task-1")]
    [InlineData("Did you mean '--status'? See 'videogen list --help'.", "list", "--statsu", "running")]
    [InlineData("Did you mean 'resume'? See 'videogen queue --help'.", "queue", "resum", "gpu")]
    public async Task WhatASlipMeansIsAsked(string question, params string[] arguments)
    {
        Assert.Equal(2, await new CommandLine(_console, _error).RunAsync(arguments));

        Assert.Contains(question, _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ABrowserIsOpenedOnlyWhereThereIsADisplay()
    {
        var page = new Uri("http://localhost:8080/tasks/talk");
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Displays are of Linux.");

        Assert.Null(Browser.OpenerFor(page, _ => null));
        Assert.Equal(["http://localhost:8080/tasks/talk"], Browser.OpenerFor(page, name => name == "WAYLAND_DISPLAY" ? "wayland-0" : null)!.ArgumentList);
    }

    [Theory]
    [InlineData("fly", null)]
    [InlineData("artefacts", "artifacts")]
    [InlineData("quit", null)]
    [InlineData("wat", "wait")]
    public void OnlyWhatIsNearIsMeant(string word, string? meant) =>
        Assert.Equal(meant, NearestWord.Of(word, _root.Subcommands.Select(verb => verb.Name)));

    /// <summary>Scripts are made of the table, so what it lacks no shell completes.</summary>
    [Fact]
    public void TheTableOfCompletionHasEveryCommandAndOption()
    {
        var table = CommandTable.Of(_root).ToDictionary(command => command.Path, StringComparer.Ordinal);

        foreach (var path in Leaves(_root, ""))
        {
            var command = path.Split(' ').Aggregate((Command)_root, (above, name) => above.Subcommands.Single(verb => verb.Name == name));
            var names = table[path].Options.SelectMany(option => option.Names).ToHashSet(StringComparer.Ordinal);
            Assert.Contains("--help", names);
            Assert.All(command.Options.Where(option => !option.Hidden), option => Assert.Contains(option.Name, names));
        }

        Assert.Contains("show", table.Keys);
        Assert.DoesNotContain(table.Keys, path => path.Contains("rehearse-worker", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TheGuideNamesEveryCommand()
    {
        var guide = await File.ReadAllTextAsync(
            Path.Combine(HttpCommandTests.Repository(), "docs", "cli.md"), TestContext.Current.CancellationToken);

        Assert.All(Leaves(_root, ""), path => Assert.Contains($"`{path}`", guide, StringComparison.Ordinal));
    }

    [Fact]
    public async Task BashCompletesWhatTheProgramTakes()
    {
        var script = await ScriptAsync("bash");
        var lines = new List<(string Typed, IEnumerable<string> Offered)>
        {
            ("list --status=", ["pending", "running"]),
            ("worker dr", ["drain"]),
            ("queue ", ["pause", "resume", "bound", "show"]),
            ("completion ", ["bash", "zsh", "fish", "pwsh"]),
        };
        foreach (var command in CommandTable.Of(_root))
        {
            var path = command.Path.Length == 0 ? "" : $"{command.Path} ";
            lines.Add(($"{path}-", command.Options.SelectMany(option => option.Names)));
            lines.Add((path, command.Verbs.Select(verb => verb.Name)));
            lines.AddRange(command.Options.Where(option => !option.Value.Words.IsEmpty)
                .SelectMany(option => option.Names.Select(name => ($"{path}{name} ", option.Value.Words.AsEnumerable()))));
        }

        var tries = string.Concat(lines.Select(line =>
            $"try {string.Join(' ', line.Typed.Replace("=", " = ", StringComparison.Ordinal).Split(' ').Select(word => word.Length == 0 ? "''" : word))}\n"));
        var output = await BashAsync($$"""
            {{script}}
            compopt() { :; }
            try() { COMP_WORDS=(videogen "$@"); COMP_CWORD=$#; _videogen; echo " ${COMPREPLY[*]} "; }
            {{tries}}
            """);

        var answers = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(lines.Count, answers.Length);
        Assert.All(lines.Zip(answers), tried => Assert.All(
            tried.First.Offered,
            word => Assert.True(
                tried.Second.Contains($" {word} ", StringComparison.Ordinal), $"videogen {tried.First.Typed}<TAB> lacks {word}: {tried.Second}")));
    }

    [Theory]
    [MemberData(nameof(OtherShells))]
    public async Task EveryScriptHasEveryCommandAndOption(string shell)
    {
        var script = await ScriptAsync(shell);

        foreach (var command in CommandTable.Of(_root))
        {
            Assert.Contains($"'{command.Path}'", script.Replace(@"\'", "'", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.All(command.Options.SelectMany(option => option.Names), name => Assert.Contains(
                (shell, name) switch
                {
                    ("fish", ['-', '-', ..]) => $"-l {name[2..]}",
                    ("fish", _) => $"-s {name[1..]}",
                    _ => $"'{name}",
                },
                script,
                StringComparison.Ordinal));
        }
    }

    [GeneratedRegex(@"    #.*| > .*| \| .*|^eval ""\$\(|\)""$")]
    private static partial Regex Shell();

    /// <summary>Commands that do something by themselves; what is hidden is for the program's own processes.</summary>
    private static IEnumerable<string> Leaves(Command command, string path) => command.Subcommands.Where(verb => !verb.Hidden).SelectMany(verb =>
    {
        var below = path.Length == 0 ? verb.Name : $"{path} {verb.Name}";
        return Leaves(verb, below).Concat(verb.Action is null ? [] : [below]);
    });

    private static async Task<string> BashAsync(string script)
    {
        using var bash = Process.Start(new ProcessStartInfo("bash", ["--norc", "-s"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await bash.StandardInput.WriteAsync(script);
        bash.StandardInput.Close();
        var output = await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, bash.ExitCode);
        return output;
    }

    private async Task<string> ScriptAsync(string shell)
    {
        Assert.Equal(0, await new CommandLine(_console, _error).RunAsync(["completion", shell]));
        return _console.Output;
    }
}
