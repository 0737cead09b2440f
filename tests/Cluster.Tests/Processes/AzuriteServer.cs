using VideoGen.Silo.Hosting;

namespace VideoGen.Cluster.Tests.Processes;

/// <summary>The emulator's table service on a free loopback port, with its data in memory.</summary>
internal sealed class AzuriteServer : IAsyncDisposable
{
    private readonly ToolProcess _process;

    private AzuriteServer(ToolProcess process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    public static async Task<AzuriteServer> StartAsync()
    {
        var port = FreePort.Take();
        var process = new ToolProcess(
            await InstallAsync(),
            ["--inMemoryPersistence", "--disableTelemetry", "--skipApiVersionCheck", "--tableHost", "127.0.0.1", "--tablePort", $"{port}"],
            workingDirectory: Path.GetTempPath());
        await process.WaitForLineAsync("successfully started");
        return new AzuriteServer(process, port);
    }

    /// <summary>Settings that have a silo store its tasks there, through whatever listens on the port.</summary>
    public static Dictionary<string, string> StoreAt(int port) => new()
    {
        ["Orleans__GrainStorage__tasks__ProviderType"] = "AzureTable",
        ["Orleans__GrainStorage__tasks__ConnectionString"] = ConnectionStringAt(port),
    };

    public static string ConnectionStringAt(int port)
    {
        // The key of the emulator's account is the same everywhere, and public.
        const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
        return $"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey={Key};TableEndpoint=http://127.0.0.1:{port}/devstoreaccount1;";
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<string> InstallAsync()
    {
        await using var install = new ToolProcess(Path.Combine(Repository.Root, "tests", "tools", "azurite.sh"), []);
        return await install.WaitForExitAsync() == 0
            ? install.Output.Trim()
            : throw new InvalidOperationException($"Azurite could not be installed: {install.Output}");
    }
}
