using Microsoft.Extensions.Configuration.Memory;
using Orleans.Storage;
using VideoGen.Files;
using VideoGen.Grains;
using VideoGen.Grains.Activation;
using VideoGen.Grains.Notices;
using VideoGen.Grains.Recovery;
using VideoGen.Silo.Access;
using VideoGen.Silo.Dashboard;
using VideoGen.Silo.Hosting;
using VideoGen.Silo.Webhooks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Stored;

namespace VideoGen.Silo;

/// <summary>A process that holds tasks: an Orleans silo, with HTTP and the dashboard beside it.</summary>
public static class SiloHost
{
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Puts a silo together; the caller starts and stops it.</summary>
    /// <param name="options">How to run it.</param>
    /// <param name="args">Configuration as command line arguments: <c>--Orleans:GrainStorage:tasks:ProviderType=Sqlite</c>.</param>
    /// <param name="configure">Adds configuration and services of the caller, before those of the silo.</param>
    /// <param name="addServices">Adds services that start after the silo and stop before it, such as a worker.</param>
    /// <exception cref="InvalidOperationException">The configuration does not say where tasks are stored, or says something impossible.</exception>
    public static WebApplication Create(
        SiloHostOptions options, string[]? args = null, Action<WebApplicationBuilder>? configure = null, Action<IServiceCollection>? addServices = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args ?? [], ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Insert(0, QuietLogging());
        options = options with { Door = options.Door ?? Membership.FindDoor(options) };
        configure?.Invoke(builder);

        builder.Services.AddVideoGenTelemetry(builder.Configuration);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        builder.Host.UseOrleans(silo => silo.AddMembership(options).AddVideoGenGrains(options.Recover)
            .AddOrleansPages(new OrleansPages(options.OrleansDashboard)));
        builder.Services.Configure<RecoveryOptions>(recovery => recovery.Retention = options.Retention);
        builder.Services.AddSingleton(new WebhookOptions(options.WebhooksAllowPrivate));
        builder.Services.AddSingleton<WebhookSender>();
        builder.Services.AddSingleton<INoticeSender>(services => services.GetRequiredService<WebhookSender>());
        if (options.Artifacts is { } artifacts)
        {
            builder.Services.AddSingleton(services => new DeletedArtifacts(artifacts, services.GetRequiredService<TimeProvider>()));
            builder.Services.AddSingleton(services => new SupersededAttempts(
                artifacts, services.GetRequiredService<IGrainFactory>().GetGrain<ITaskReaderGrain>(0).ReadAsync, services.GetRequiredService<TimeProvider>()));
            builder.Services.AddSingleton<ITaskRemains, ArtifactRemains>();
            if (options.Recover)
            {
                builder.Services.AddHostedService<ArtifactSweep>();
            }
        }

        addServices?.Invoke(builder.Services);
        if (options.Http)
        {
            builder.AddSiloHttp(options);
        }
        else
        {
            builder.AddNoHttp();
        }

        var app = builder.Build();
        CheckStorage(app.Services);
        if (options.Http)
        {
            app.MapSiloHttp();
        }

        return app;
    }

    /// <summary>Where a started silo answers HTTP; null when it does not.</summary>
    public static Uri? GetHttpAddress(this WebApplication silo)
    {
        ArgumentNullException.ThrowIfNull(silo);
        return silo.Urls.FirstOrDefault() is { } address ? new Uri(address) : null;
    }

    /// <summary>
    /// Where a person begins at the dashboard of a started silo: where nobody gets in without a key, an address that signs in by itself, for whoever started
    /// the silo. Null when it answers no HTTP.
    /// </summary>
    public static async Task<Uri?> GetLoginAddressAsync(this WebApplication silo)
    {
        ArgumentNullException.ThrowIfNull(silo);
        if (silo.GetHttpAddress() is not { } address)
        {
            return null;
        }

        // An address that means all of a machine is none to go to.
        var here = address.Host is "0.0.0.0" or "[::]" ? new UriBuilder(address) { Host = "localhost" }.Uri : address;
        return await silo.Services.GetRequiredService<KeyRing>().IsOpenAsync()
            ? here
            : new Uri(here, silo.Services.GetRequiredService<Sessions>().LoginPath);
    }

    /// <summary>
    /// The lowest layer of configuration: the caller and the environment override it. The categories that are quieter still warn at each start: of workstation
    /// garbage collection, of a watchdog that is faster than what it watches, and of keys that are in memory alone.
    /// </summary>
    private static MemoryConfigurationSource QuietLogging() => new()
    {
        InitialData =
        [
            new("Logging:LogLevel:Default", "Warning"),
            new($"Logging:LogLevel:{AuditTrail.Category}", "Information"),
            new("Logging:LogLevel:Orleans.Runtime.Silo", "Error"),
            new("Logging:LogLevel:Orleans.Runtime.Watchdog", "Error"),
            new("Logging:LogLevel:Microsoft.AspNetCore.DataProtection", "Error"),
        ],
    };

    private static void CheckStorage(IServiceProvider services)
    {
        if (!services.GetRequiredService<IServiceProviderIsKeyedService>().IsKeyedService(typeof(IGrainStorage), TaskStorage.ProviderName))
        {
            throw new InvalidOperationException(
                "No storage for tasks is configured. Set Orleans:GrainStorage:tasks:ProviderType, for example to Sqlite, and what that provider needs.");
        }

        if (!services.GetRequiredService<IServiceProviderIsService>().IsService(typeof(ITaskIndex)))
        {
            throw new InvalidOperationException(
                "The storage that Orleans:GrainStorage:tasks:ProviderType names has no index of tasks, so they could not be listed or recovered. Use Sqlite.");
        }
    }
}
