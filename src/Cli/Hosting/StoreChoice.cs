using Microsoft.Extensions.Configuration;
using VideoGen.Cli.Exits;

namespace VideoGen.Cli.Hosting;

/// <summary>
/// Which store holds the tasks: the <c>--store</c> option, written into Orleans' own configuration sections. Without the option, what the configuration
/// says (for example <c>Orleans__GrainStorage__tasks__ProviderType</c> in the environment) stands, and else it is SQLite in the data folder.
/// </summary>
internal sealed record StoreChoice(string? Kind)
{
    public const string Section = "Orleans:GrainStorage:tasks";

    public const string AzureVariable = "VIDEOGEN_AZURE_TABLES";

    public const string BlobVariable = "VIDEOGEN_AZURE_BLOBS";

    public const string PostgresVariable = "VIDEOGEN_POSTGRES";

    public static readonly string[] Kinds = ["sqlite", "files", "postgres", "azure", "microsoft-azure", "microsoft-azure-blob"];

    /// <exception cref="CommandFailedException">The choice needs a setting that is not there.</exception>
    public void Apply(IConfigurationManager configuration, DataDirectory data)
    {
        if (Kind is null && configuration[$"{Section}:ProviderType"] is { Length: > 0 })
        {
            return;
        }

        var (key, value, provider) = Kind switch
        {
            null or "sqlite" => ("DatabasePath", Path.Combine(data.Root, "tasks.db"), "Sqlite"),
            "files" => ("Folder", Path.Combine(data.Root, "state"), "JsonFiles"),
            "postgres" => ("ConnectionString", Connection(configuration, PostgresVariable), "PostgreSql"),
            "azure" => ("ConnectionString", Connection(configuration, AzureVariable), "AzureTable"),
            "microsoft-azure" => ("ConnectionString", Connection(configuration, AzureVariable), "MicrosoftAzureTable"),
            "microsoft-azure-blob" => ("ConnectionString", Connection(configuration, BlobVariable), "MicrosoftAzureBlob"),
            _ => throw new CommandFailedException(ExitCode.BadInput, $"There is no store '{Kind}'; choose one of {string.Join(", ", Kinds)}."),
        };
        configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            [$"{Section}:ProviderType"] = provider,
            [$"{Section}:{key}"] = value,
        });
    }

    /// <summary>Where processes that use the applied store on this machine tell each other so: beside it, whatever data folder each has.</summary>
    public static string LocksBeside(IConfiguration configuration, DataDirectory data)
    {
        var store = configuration[$"{Section}:DatabasePath"] ?? configuration[$"{Section}:Folder"];
        if (string.IsNullOrEmpty(store) || Path.GetDirectoryName(Path.GetFullPath(store)) is not { } folder || folder == data.Root)
        {
            return data.Locks;
        }

        var locks = Path.Combine(folder, "locks");
        DurableFolder.Create(locks);
        return locks;
    }

    private string Connection(IConfiguration configuration, string variable) =>
        configuration[$"{Section}:ConnectionString"] is { Length: > 0 } configured ? configured
        : SecretSource.ReadEnvironment(variable) is { } connection ? connection
        : throw new CommandFailedException(
            ExitCode.BadInput,
            $"The store '{Kind}' needs a connection string in the environment variable {variable}, "
                + $"or in a file that {variable}{SecretSource.FileSuffix} names.");
}
