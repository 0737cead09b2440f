using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Hosting;
using VideoGen.Cli.Views;
using VideoGen.Client;
using VideoGen.Client.Workers;
using VideoGen.Silo;
using VideoGen.Silo.Hosting;
using VideoGen.Stages;
using VideoGen.Storage.Records;
using VideoGen.Tasks;
using VideoGen.Tasks.Pipelines;

namespace VideoGen.Cli.Commands;

/// <summary><c>videogen silo</c> and <c>videogen worker</c>: the processes of a cluster. They run until they are told to stop.</summary>
internal static class ClusterCommands
{
    public static Command CreateSilo(IAnsiConsole console, TextWriter error)
    {
        var siloPort = Port("--silo-port", "Where other silos reach this one.");
        var gatewayPort = Port("--gateway-port", "Where workers and clients reach this silo.");
        var httpPort = Port("--port", "The dashboard's and API's port on the loopback address.");
        var advertise = new Option<string?>("--advertise")
        {
            Description = "The address under which others reach this silo. Default: the loopback address.",
            HelpName = "ADDRESS",
        };
        var concurrency = new Option<int>("--concurrency")
        {
            Description = "Stages that this process works on itself. Default: 0, which leaves them to workers.",
            HelpName = "N",
        };
        concurrency.Validators.Add(result => Bounds.Check(result, 0, 64));
        var fast = FastMembership();
        var command = new Command("silo", "Run a silo: it holds tasks and queues, and serves the dashboard and the API.")
        {
            CommonOptions.Redis, CommonOptions.RedisFile, CommonOptions.Cluster, siloPort, gatewayPort, httpPort, advertise, concurrency, fast,
            CommonOptions.Data, CommonOptions.Store, CommonOptions.Verbose,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var data = DataDirectory.Open(parsed.GetValue(CommonOptions.Data));
            var address = CommonOptions.ReadCluster(parsed);
            var cluster = parsed.GetValue(CommonOptions.Cluster)!;
            if (address is not null)
            {
                await address.CheckAsync(cancellationToken);
            }

            var logs = new Logs(LevelOf(parsed));
            var application = SiloHost.Create(
                new SiloHostOptions
                {
                    ClusterId = cluster,
                    ServiceId = cluster,
                    Redis = address?.Redis,
                    SiloPort = parsed.GetValue(siloPort),
                    GatewayPort = parsed.GetValue(gatewayPort),
                    HttpPort = parsed.GetValue(httpPort),
                    AdvertisedAddress = parsed.GetValue(advertise),
                    ArtifactRoot = data.Artifacts,
                    FastMembership = parsed.GetValue(fast),
                },
                configure: builder =>
                {
                    CommonOptions.ReadStore(parsed).Apply(builder.Configuration, data);
                    logs.Configure(builder.Logging);
                    builder.Services.AddSingleton<IHostLifetime, CallerLifetime>();
                    builder.Services.AddPipelineClient().AddFolderArtifacts(data.Artifacts).AddVideoStages(builder.Configuration);
                },
                addServices: services =>
                {
                    if (parsed.GetValue(concurrency) is > 0 and var stages)
                    {
                        services.AddStageWorker(worker => Configure(worker, data, stages));
                    }
                });
            application.Services.GetRequiredService<StoreHealth>().Changed += fault => error.WriteLine(
                fault is null ? "videogen: The store works again." : $"videogen: {SecretText.Mask(fault.Message)} The silo goes on trying.");
            await application.StartAsync(cancellationToken);
            logs.Up();
            Terminal.WriteLine(console, $"The silo is up. Dashboard: {application.GetHttpAddress()}");
            await application.RunUntilAsync(cancellationToken);
            return ExitCode.Success;
        });
        return command;
    }

    public static Command CreateWorker(IAnsiConsole console)
    {
        var name = new Option<string?>("--name") { Description = "What this worker is called. Default: the machine and the process.", HelpName = "NAME" };
        var concurrency = new Option<int>("--concurrency")
        {
            Description = "Stages at a time.",
            HelpName = "N",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        concurrency.Validators.Add(result => Bounds.Check(result, 1, 64));
        var queues = new Option<string[]>("--queue")
        {
            Description = "Queues to take stages from; may be given more than once.",
            HelpName = "NAME",
            DefaultValueFactory = _ => [StageDefinition.DefaultQueue],
        };
        var capabilities = new Option<string[]>("--capability")
        {
            Description = "What this machine has, such as gpu; may be given more than once.",
            HelpName = "NAME",
        };
        var command = new Command("worker", "Run a worker: it takes stages from the cluster's queues and does them.")
        {
            CommonOptions.Redis, CommonOptions.RedisFile, CommonOptions.Cluster, name, concurrency, queues, capabilities,
            CommonOptions.Data, CommonOptions.Verbose,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var address = CommonOptions.ReadCluster(parsed)
                ?? throw new CommandFailedException(ExitCode.BadInput, "A worker needs --redis HOST:PORT, the Redis in which the silos of its cluster meet.");
            var data = DataDirectory.Open(parsed.GetValue(CommonOptions.Data));
            var builder = RemoteCluster.CreateBuilder(address);
            var logs = new Logs(LevelOf(parsed));
            logs.Configure(builder.Logging);
            builder.Services.AddSingleton<IHostLifetime, CallerLifetime>();
            builder.Services.AddFolderArtifacts(data.Artifacts).AddVideoStages(builder.Configuration).AddStageWorker(worker =>
            {
                Configure(worker, data, parsed.GetValue(concurrency));
                worker.Name = parsed.GetValue(name) ?? worker.Name;
                worker.Queues = [.. parsed.GetValue(queues)!];
                worker.Capabilities = [.. parsed.GetValue(capabilities) ?? []];
            });
            var host = builder.Build();
            await RemoteCluster.StartAsync(host, address, cancellationToken);
            logs.Up();
            Terminal.WriteLine(console, "The worker is up.");
            await host.RunUntilAsync(cancellationToken);
            return ExitCode.Success;
        });
        return command;
    }

    private static void Configure(StageWorkerOptions worker, DataDirectory data, int concurrency)
    {
        worker.Concurrency = concurrency;
        worker.WorkDirectory = data.Work;
    }

    private static LogLevel LevelOf(ParseResult parsed) => parsed.GetValue(CommonOptions.Verbose) ? LogLevel.Information : LogLevel.Warning;

    private static Option<bool> FastMembership() =>
        new("--fast-membership") { Description = "Notice dead silos after six seconds of silence rather than nine; for small clusters on one machine." };

    private static Option<int> Port(string name, string description)
    {
        var option = new Option<int>(name) { Description = $"{description} Default: a free port.", HelpName = "PORT" };
        option.Validators.Add(result => Bounds.Check(result, 0, 65_535));
        return option;
    }
}
