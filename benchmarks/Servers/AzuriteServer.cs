using System.Globalization;
using Azure.Data.Tables;
using VideoGen.Silo.Hosting;

namespace VideoGen.Benchmarks.Servers;

/// <summary>The table service of Azurite, Microsoft's emulator, as the tests install it.</summary>
internal sealed class AzuriteServer : IAsyncDisposable
{
    private const string Installer = "tests/tools/azurite.sh";

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

    /// <summary>Null when npm, which installs it, is not there.</summary>
    public static async Task<AzuriteServer?> StartAsync(string folder)
    {
        if (ServerProcess.Find("npm") is null)
        {
            return null;
        }

        var program = await ServerProcess.RunAsync("bash", FindInstaller());
        var port = FreePort.Take();
        var process = await ServerProcess.StartAsync(
            port,
            program,
            "--tableHost", "127.0.0.1", "--tablePort", port.ToString(CultureInfo.InvariantCulture),
            "--location", Directory.CreateDirectory(folder).FullName,
            "--silent", "--skipApiVersionCheck", "--disableTelemetry");
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

    private static string FindInstaller()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Path.Combine(folder.FullName, Installer) is var script && File.Exists(script))
            {
                return script;
            }
        }

        throw new FileNotFoundException(
            $"The benchmarks run from within the repository; {Installer} was not found in a folder above {AppContext.BaseDirectory}.");
    }
}
