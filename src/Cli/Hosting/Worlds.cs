using VideoGen.Cli.Exits;

namespace VideoGen.Cli.Hosting;

/// <summary>What a cluster depends on: one thing, in which its silos meet and its tasks are.</summary>
internal enum World
{
    /// <summary>Nothing but this machine, with its disk.</summary>
    Machine,

    Postgres,

    Azure,
}

/// <summary>The worlds by the names that people give them, and where their connection strings are.</summary>
internal static class Worlds
{
    public const string Option = "--world";

    public const string Variable = "VIDEOGEN_WORLD";

    public static readonly string[] Names = ["machine", "postgres", "azure"];

    public static string NameOf(World world) => Names[(int)world];

    /// <exception cref="CommandFailedException">There is no such world.</exception>
    public static World Parse(string name) => Array.IndexOf(Names, name) is >= 0 and var world
        ? (World)world
        : throw new CommandFailedException(ExitCode.BadInput, $"There is no world '{name}' (${Variable}); choose one of {string.Join(", ", Names)}.");

    /// <summary>The connection string, which no command line holds: others see it in the list of processes.</summary>
    /// <exception cref="CommandFailedException">There is none.</exception>
    public static string ConnectionOf(World world)
    {
        var variable = world == World.Azure ? StoreChoice.AzureVariable : StoreChoice.PostgresVariable;
        return SecretSource.ReadEnvironment(variable)
            ?? throw new CommandFailedException(
                ExitCode.BadInput,
                $"{Option} {NameOf(world)} needs a connection string in the environment variable {variable}, "
                    + $"or in a file that {variable}{SecretSource.FileSuffix} names.");
    }
}
