using VideoGen.Cli.Exits;
using VideoGen.Files;
using VideoGen.Storage.Objects;

namespace VideoGen.Cli.Hosting;

/// <summary>
/// Where artifacts are: <c>--artifacts</c>, else <c>VIDEOGEN_ARTIFACTS</c>, else a folder of the data folder. All processes of a cluster make the same choice.
/// Keys come from the environment or from files, so that no list of processes shows them.
/// </summary>
internal static class ArtifactChoice
{
    public const string Variable = "VIDEOGEN_ARTIFACTS";

    public const string S3KeyVariable = "VIDEOGEN_S3_KEY";

    public const string S3EndpointVariable = "VIDEOGEN_S3_ENDPOINT";

    private const string S3 = "s3://";

    private const string Azure = "azure:";

    private const string Folder = "folder:";

    /// <exception cref="CommandFailedException">It is no such choice, or the key for it is missing.</exception>
    public static IArtifactStore Open(string? chosen, DataDirectory data)
    {
        var choice = string.IsNullOrWhiteSpace(chosen) ? Environment.GetEnvironmentVariable(Variable) : chosen;
        if (string.IsNullOrWhiteSpace(choice))
        {
            return new FolderArtifactStore(data.Artifacts);
        }

        if (choice.StartsWith(Folder, StringComparison.Ordinal) && choice.Length > Folder.Length)
        {
            return new FolderArtifactStore(choice[Folder.Length..]);
        }

        var isS3 = choice.StartsWith(S3, StringComparison.Ordinal);
        if (!isS3 && !choice.StartsWith(Azure, StringComparison.Ordinal))
        {
            throw new CommandFailedException(
                ExitCode.BadInput, $"Artifacts are kept in {S3}BUCKET, {Azure}CONTAINER or {Folder}PATH; '{choice}' is none of them.");
        }

        var (name, prefix) = Split(choice, choice[(isS3 ? S3 : Azure).Length..].Trim('/'));
        var copies = Path.Combine(data.Root, "copies");
        return isS3 ? ObjectStores.OpenS3(name, prefix, S3Settings(), copies) : ObjectStores.OpenBlobs(BlobConnection(choice), name, prefix, copies);
    }

    private static (string Name, string Prefix) Split(string choice, string path)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var (name, prefix) = slash < 0 ? (path, "") : (path[..slash], path[(slash + 1)..]);
        try
        {
            ArtifactAddress.Split(prefix.Length == 0 ? name : path);
            return (name, prefix);
        }
        catch (ArgumentException)
        {
            throw new CommandFailedException(
                ExitCode.BadInput, $"'{choice}' names no place for artifacts: after the bucket come plain names separated by '/'.");
        }
    }

    private static S3Settings S3Settings()
    {
        var endpoint = FirstOf(S3EndpointVariable, "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL");
        if (endpoint is not null && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
        {
            throw new CommandFailedException(
                ExitCode.BadInput, $"{S3EndpointVariable} is to be an address such as https://s3.example.org; '{endpoint}' is none.");
        }

        return new S3Settings
        {
            Endpoint = endpoint is null ? null : new Uri(endpoint),
            Region = FirstOf("AWS_REGION", "AWS_DEFAULT_REGION") ?? Storage.Objects.S3Settings.DefaultRegion,
            Key = SecretSource.ReadEnvironment(S3KeyVariable) is { } key ? ParseKey(key) : null,
        };
    }

    private static S3Key ParseKey(string text) =>
        text.Split(':', 2) is [{ Length: > 0 } id, { Length: > 0 } secret]
            ? new S3Key(id, secret)
            : throw new CommandFailedException(ExitCode.BadInput, $"A key for S3 is written ID:SECRET; what {S3KeyVariable} holds is not.");

    /// <summary>Where nothing else is said, blobs are in the account of the tables.</summary>
    private static string BlobConnection(string choice) => SecretSource.ReadEnvironment(StoreChoice.BlobVariable)
        ?? SecretSource.ReadEnvironment(StoreChoice.AzureVariable)
        ?? throw new CommandFailedException(
            ExitCode.BadInput,
            $"'{choice}' needs the connection string of the storage account in {StoreChoice.BlobVariable} or {StoreChoice.AzureVariable}, "
                + $"or in a file that {StoreChoice.BlobVariable}{SecretSource.FileSuffix} names.");

    private static string? FirstOf(params ReadOnlySpan<string> variables)
    {
        foreach (var variable in variables)
        {
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value)
            {
                return value;
            }
        }

        return null;
    }
}
