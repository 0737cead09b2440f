using System.CommandLine;
using VideoGen.Cli.Exits;
using VideoGen.Silo.Hosting.Tls;

namespace VideoGen.Cli.Commands;

/// <summary>The certificate by which a process and the silos of its cluster know each other. All three files are given, or none.</summary>
internal static class TlsOptions
{
    private const string Prefix = "VIDEOGEN_TLS_";

    public static Option<string?>[] All { get; } =
    [
        Create("cert", "The certificate (PEM) of this process; that of a silo has the cluster's name as a DNS name. With it, connections are encrypted."),
        Create("key", "The private key (PEM) of that certificate."),
        Create("ca", "The certificate (PEM) of the authority that signs those of the cluster, and no others."),
    ];

    /// <summary>Null where none is given.</summary>
    /// <exception cref="CommandFailedException">Some are given, and some are not.</exception>
    public static CertificateFiles? Read(ParseResult parsed)
    {
        string?[] files = [.. All.Select(option => parsed.GetValue(option) ?? Environment.GetEnvironmentVariable(VariableOf(option)))];
        return files switch
        {
            [{ Length: > 0 } certificate, { Length: > 0 } key, { Length: > 0 } authority] => new CertificateFiles(certificate, key, authority),
            _ when files.All(string.IsNullOrEmpty) => null,
            _ => throw new CommandFailedException(
                ExitCode.BadInput,
                $"{string.Join(" and ", All.Where((_, i) => string.IsNullOrEmpty(files[i])).Select(option => $"{option.Name} (${VariableOf(option)})"))} "
                    + "is missing: a certificate needs its key, and the authority that the cluster trusts."),
        };
    }

    private static string VariableOf(Option option) => Prefix + option.Name[(option.Name.LastIndexOf('-') + 1)..].ToUpperInvariant();

    private static Option<string?> Create(string name, string description)
    {
        var option = new Option<string?>($"--tls-{name}") { HelpName = "FILE" };
        option.Description = $"{description} Default: ${VariableOf(option)}.";
        return option;
    }
}
