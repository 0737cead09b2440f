using System.CommandLine;
using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Stages;

namespace VideoGen.Cli.Commands;

/// <summary><c>videogen check FILM</c>: how good a film is, and why it is not better.</summary>
internal static class CheckCommand
{
    public static Command Create(IAnsiConsole console)
    {
        var film = new Argument<string>("FILM") { Description = "A finished video." };
        var gate = new Option<int?>("--gate") { Description = "End with exit code 1 where the score is lower.", HelpName = "SCORE" };
        gate.Validators.Add(result => Bounds.Check(result, 0, 100));
        var command = new Command("check", "Measure a film (captions, pace, loudness, pictures, text) and say what is not right, with a score of 100.")
        {
            film, gate, CommonOptions.Json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var result = await FilmChecks.CheckAsync(parsed.GetValue(film)!, cancellationToken);
            var output = console.Profile.Out.Writer;
            if (parsed.GetValue(CommonOptions.Json))
            {
                await output.WriteLineAsync(result.Json);
            }
            else
            {
                await output.WriteLineAsync($"{result.Score} of 100");
                foreach (var line in result.Lines)
                {
                    await output.WriteLineAsync($"  {line}");
                }
            }

            return parsed.GetValue(gate) is { } least && result.Score < least ? ExitCode.Failed : ExitCode.Success;
        });
        return command;
    }
}
