using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Cli.Exits;
using VideoGen.Client.Stages;
using VideoGen.Stages.Programs;

namespace VideoGen.Cli.Commands;

/// <summary>The options of <c>videogen worker</c> for a program that does its stages.</summary>
internal sealed class ProgramOptions
{
    public Option<string?> Exec { get; } = new("--exec")
    {
        Description = "A program that does the stages, in place of the stages of this product: 'python3 render.py'. Its exit code 0 says that it did its work.",
        HelpName = "COMMAND",
    };

    public Option<string[]> Kinds { get; } = new("--kind")
    {
        Description = "The kind of stages that the program of --exec does; may be given more than once.",
        HelpName = "KIND",
    };

    public Option<TimeSpan> Grace { get; } = Duration.CreateOption(
        "--grace",
        "How long the program of --exec may take to end when it is told to (SIGTERM), before it is killed with all that it started.",
        TimeSpan.FromSeconds(2),
        ProgramStageOptions.MaxGrace);

    /// <summary>Null for a worker without a program of its own.</summary>
    /// <exception cref="CommandFailedException">The options do not fit together.</exception>
    public ProgramStageOptions? Read(ParseResult parsed)
    {
        var (command, kinds) = (parsed.GetValue(Exec), parsed.GetValue(Kinds) ?? []);
        if (command is null)
        {
            return kinds.Length == 0 ? null : throw new CommandFailedException(ExitCode.BadInput, "--kind says what the program of --exec does; give both.");
        }

        return kinds.Length > 0
            ? new ProgramStageOptions { Command = command, Kinds = [.. kinds], Grace = parsed.GetValue(Grace) }
            : throw new CommandFailedException(ExitCode.BadInput, "--exec needs --kind KIND, the kind of stages that the program does.");
    }

    /// <summary>A program that is not there is said at once: a person is still looking.</summary>
    /// <exception cref="CommandFailedException">It is not there.</exception>
    public static async Task CheckAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var lacks = await services.GetServices<IStage>().First().CheckNeedsAsync(cancellationToken);
        if (!lacks.IsEmpty)
        {
            throw new CommandFailedException(ExitCode.Unavailable, string.Join(' ', lacks));
        }
    }
}
