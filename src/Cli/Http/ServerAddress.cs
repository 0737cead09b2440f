using System.CommandLine;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Hosting;

namespace VideoGen.Cli.Http;

/// <summary>A silo that is reached over HTTP, with a key: no port of Orleans and no store need be in reach.</summary>
/// <param name="Url">Of the silo.</param>
/// <param name="Key">Null where the silo asks for none.</param>
/// <param name="Arguments">How a command line says it again; empty where the environment does.</param>
internal sealed record ServerAddress(Uri Url, string? Key, string Arguments)
{
    public const string Variable = "VIDEOGEN_SERVER";

    public const string KeyVariable = "VIDEOGEN_KEY";

    public static Option<string?> Option { get; } = new("--server")
    {
        Description = $"Work over HTTP with the silo at this address, under the key in ${KeyVariable} (or in the file that "
            + $"${KeyVariable}{SecretSource.FileSuffix} names). Default: ${Variable}.",
        HelpName = "URL",
    };

    /// <summary>Null when the command line means something else: a cluster, or the store of this machine.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="others">Options that mean something else when they are given.</param>
    /// <exception cref="CommandFailedException">It is no address; or it is given together with another place.</exception>
    public static ServerAddress? Read(ParseResult parsed, params Option[] others)
    {
        var given = parsed.GetResult(Option) is { Implicit: false } ? parsed.GetValue(Option) : null;
        var other = others.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false });
        if (given is not null && other is not null)
        {
            throw new CommandFailedException(ExitCode.BadInput, $"{Option.Name} and {other.Name} are two places; give one of them.");
        }

        var text = given ?? (other is null ? Environment.GetEnvironmentVariable(Variable) : null);
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        return Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0
            ? new ServerAddress(url, SecretSource.ReadEnvironment(KeyVariable), given is null ? "" : $" {Option.Name} {given}")
            : throw new CommandFailedException(ExitCode.BadInput, $"'{text}' is not the address of a silo, such as http://localhost:8080.");
    }
}
