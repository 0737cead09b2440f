using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Storage;
using VideoGen.Client.Tests.Fixtures;
using VideoGen.Grains;
using VideoGen.Grains.Commit;
using VideoGen.Silo.Hosting;
using VideoGen.Storage.Records;
using VideoGen.Tasks.Queries;

namespace VideoGen.Client.Tests.Hosting;

/// <summary>A store's own exceptions stay in its silo: a client has neither their assembly nor a need for it.</summary>
public sealed class ForeignExceptionTests
{
    [Theory]
    [InlineData(StoreFault.Failed)]
    [InlineData(StoreFault.DamagedRecord)]
    public async Task AClientWithoutTheAssemblyOfTheStoreHearsWhatTheStoreSaid(StoreFault fault)
    {
        var (gateway, host) = await StartSiloAsync(() => new StoreException(fault, "The disk of the store failed.", new InvalidDataException("Sector 7")));
        using var silo = host;

        var lines = await AskAsync(gateway);

        Assert.Equal("VideoGen.Storage is missing", lines[0]);
        Assert.Equal(["list", "count", "read", "execute"], lines[1..].Select(line => line.Split(':')[0]));
        Assert.All(lines[1..], line => Assert.Matches("^[a-z]+: TaskStorageException .*The disk of the store failed", line));
        await silo.StopAsync();
    }

    /// <summary>A silo in this process, whose storage does nothing but fail.</summary>
    private static async Task<(int Gateway, IHost Silo)> StartSiloAsync(Func<Exception> failure)
    {
        var store = new MemoryTaskStore(TimeProvider.System);
        store.BeforeRead["demo"] = () => throw failure();
        store.BeforeQuery[""] = () => throw failure();
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.ClearProviders();
        var (siloPort, gatewayPort) = (FreePort.Take(), FreePort.Take());
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(siloPort, gatewayPort);
            silo.AddVideoGenGrains(recover: false);
            silo.Services.AddKeyedSingleton<IGrainStorage>("tasks", store);
            silo.Services.AddSingleton<ITaskIndex>(store);
            silo.Services.Configure<CommitOptions>(commits => commits.MaxAttempts = 2);
        });
        var host = builder.Build();
        await host.StartAsync();
        return (gatewayPort, host);
    }

    private static async Task<string[]> AskAsync(int gateway)
    {
        // Both projects are built into bin/CONFIGURATION/FRAMEWORK of their own folder.
        var own = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        var tests = Path.GetFullPath(Path.Combine(own, "..", "..", "..", ".."));
        var program = Path.Combine(tests, "ClientProgram", Path.GetRelativePath(Path.Combine(tests, "Client.Tests"), own), "VideoGen.ClientProgram.dll");
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", [program, $"{gateway}"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().Happens("the client ended");
        Assert.True(process.ExitCode == 0, await errors);
        return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
