using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using VideoGen.Storage.Tests.AzureTables;

[assembly: AssemblyFixture(typeof(Azurite))]

namespace VideoGen.Storage.Tests.AzureTables;

/// <summary>The emulator's table service on a free port, started by the first test that asks for it, with its data in memory.</summary>
public sealed class Azurite : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Lazy<Task<string>> _connectionString;
    private Process? _process;

    public Azurite() => _connectionString = new Lazy<Task<string>>(StartAsync);

    public Task<string> ConnectionStringAsync() => _connectionString.Value;

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
    }

    private async Task<string> StartAsync()
    {
        var program = await InstallAsync();
        var port = FreePort();
        _process = Process.Start(new ProcessStartInfo(program, ["--silent", "--inMemoryPersistence", "--disableTelemetry", "--skipApiVersionCheck", "--tablePort", $"{port}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = _process.StandardOutput.ReadToEndAsync();
        var errors = _process.StandardError.ReadToEndAsync();
        await WaitForPortAsync(port, async () => _process.HasExited ? await output + await errors : null);

        // The key of the emulator's account is the same everywhere, and public.
        const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
        return $"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey={Key};TableEndpoint=http://127.0.0.1:{port}/devstoreaccount1;";
    }

    private static async Task<string> InstallAsync()
    {
        using var install = Process.Start(new ProcessStartInfo(Path.Combine(RepositoryRoot(), "tests", "tools", "azurite.sh")) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = install.StandardOutput.ReadToEndAsync();
        var errors = install.StandardError.ReadToEndAsync();
        await install.WaitForExitAsync().WaitAsync(Patience);
        return install.ExitCode == 0 ? (await output).Trim() : throw new InvalidOperationException($"Azurite could not be installed: {await errors}");
    }

    private static string RepositoryRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "VideoGen.Orleans.sln")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException("The tests are not in the repository's folder.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task WaitForPortAsync(int port, Func<Task<string?>> died)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, patience.Token);
                return;
            }
            catch (SocketException)
            {
                Assert.Null(await died());
                await Task.Delay(50, patience.Token);
            }
        }
    }
}
