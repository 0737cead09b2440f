using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using VideoGen.Storage.Records;
using VideoGen.Tasks;

namespace VideoGen.Storage.AzureTables;

/// <summary>An Azure storage account in which the silos of a cluster meet, by Orleans' own provider (<c>UseAzureStorageClustering</c>).</summary>
public static class AzureMembership
{
    /// <summary>The table of silos, beside that of tasks.</summary>
    public const string TableName = "videogensilos";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The client that the provider is given.</summary>
    /// <exception cref="StoreException">It is no connection string.</exception>
    public static TableServiceClient Connect(string connectionString)
    {
        try
        {
            return new TableServiceClient(
                connectionString, new TableClientOptions { Retry = { MaxRetries = 2, Mode = RetryMode.Exponential, NetworkTimeout = Patience } });
        }
        catch (Exception exception) when (exception is FormatException or InvalidOperationException or ArgumentException)
        {
            throw new StoreException(
                StoreFault.Unusable, $"The connection string of the Azure storage account is none: {SecretText.Mask(exception.Message)}", exception);
        }
    }

    /// <summary>The account, without its key, for messages.</summary>
    /// <exception cref="StoreException">It is no connection string.</exception>
    public static string Describe(string connectionString)
    {
        var client = Connect(connectionString);
        return $"the Azure storage account {client.AccountName} at {client.Uri.Host}:{client.Uri.Port}";
    }

    /// <summary>Looks whether the account answers, and makes the table where it is missing.</summary>
    /// <exception cref="StoreException">It cannot be used.</exception>
    public static async Task PrepareAsync(string connectionString, CancellationToken cancellationToken = default)
    {
        var client = Connect(connectionString);
        try
        {
            await client.CreateTableIfNotExistsAsync(TableName, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RequestFailedException or AuthenticationFailedException or AggregateException)
        {
            throw TableFaults.Explain(exception, Describe(connectionString), "The cluster's list of silos could not be opened");
        }
    }
}
