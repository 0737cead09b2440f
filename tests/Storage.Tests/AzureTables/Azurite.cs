using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using VideoGen.Silo.Hosting;
using VideoGen.Storage.Tests.AzureTables;

[assembly: AssemblyFixture(typeof(Azurite))]

namespace VideoGen.Storage.Tests.AzureTables;

/// <summary>The emulator's services, each on a free port and started by the first test that asks for it, with its data in memory.</summary>
public sealed class Azurite : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Lazy<Task<string>> _tables;
    private readonly Lazy<Task<string>> _blobs;
    private readonly ConcurrentBag<Process> _processes = [];

    public Azurite()
    {
        _tables = new Lazy<Task<string>>(() => StartAsync("table", "TableEndpoint"));
        _blobs = new Lazy<Task<string>>(() => StartAsync("blob", "BlobEndpoint"));
    }

    /// <summary>Of the table service.</summary>
    public Task<string> ConnectionStringAsync() => _tables.Value;

    public Task<string> BlobConnectionStringAsync() => _blobs.Value;

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    private async Task<string> StartAsync(string service, string endpoint)
    {
        var program = await InstallAsync(service);
        var port = FreePort.Take();
        var process = Process.Start(new ProcessStartInfo(
            program, ["--silent", "--inMemoryPersistence", "--disableTelemetry", "--skipApiVersionCheck", $"--{service}Port", $"{port}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _processes.Add(process);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await WaitForPortAsync(port, async () => process.HasExited ? await output + await errors : null);

        // The key of the emulator's account is the same everywhere, and public.
        const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
        return $"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey={Key};{endpoint}=http://127.0.0.1:{port}/devstoreaccount1;";
    }

    private static async Task<string> InstallAsync(string service)
    {
        var installer = Path.Combine(RepositoryRoot(), "tests", "tools", "azurite.sh");
        using var install = Process.Start(new ProcessStartInfo(installer, [service]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
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
