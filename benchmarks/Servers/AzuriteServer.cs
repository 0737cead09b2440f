using System.Globalization;
using Azure.Data.Tables;

namespace VideoGen.Benchmarks.Servers;

/// <summary>The table service of Azurite, Microsoft's emulator. Its package is installed on first use, into the user's cache folder.</summary>
internal sealed class AzuriteServer : IAsyncDisposable
{
    public const string Version = "3.37.0";

    /// <summary>It keeps its tables in memory and writes them to disk now and then; that is so for every row that uses it.</summary>
    public const string Durability = "acknowledged by Azurite (an emulator)";

    /// <summary>The account and key that every Azurite has.</summary>
    private const string Account = "devstoreaccount1";

    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private readonly ServerProcess _process;

    private AzuriteServer(ServerProcess process, int port)
    {
        _process = process;
        ConnectionString = $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};TableEndpoint=http://127.0.0.1:{port}/{Account};";
    }

    public string ConnectionString { get; }

    /// <summary>Null when neither Azurite nor npm to install it is there.</summary>
    public static async Task<AzuriteServer?> StartAsync(string folder)
    {
        if (ServerProcess.Find("npm") is not { } npm)
        {
            return null;
        }

        var installed = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "videogen-orleans", $"azurite-{Version}");
        var program = Path.Combine(installed, "node_modules", ".bin", "azurite-table");
        if (!File.Exists(program))
        {
            await Console.Error.WriteLineAsync("Installing Azurite ...");
            await ServerProcess.RunAsync(npm, "install", "--prefix", Directory.CreateDirectory(installed).FullName, "--no-audit", "--no-fund", $"azurite@{Version}");
        }

        var port = ServerProcess.FreePort();
        var process = await ServerProcess.StartAsync(
            port, program, "--tableHost", "127.0.0.1", "--tablePort", port.ToString(CultureInfo.InvariantCulture), "--location", Directory.CreateDirectory(folder).FullName, "--silent", "--skipApiVersionCheck", "--disableTelemetry");
        return new AzuriteServer(process, port);
    }

    public async Task<TableClient> CreateTableAsync(string name)
    {
        var options = new TableClientOptions { Retry = { MaxRetries = 0 } };
        options.Diagnostics.IsLoggingEnabled = false;
        options.Diagnostics.IsDistributedTracingEnabled = false;
        var table = new TableClient(ConnectionString, name, options);
        await table.CreateIfNotExistsAsync();
        return table;
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
