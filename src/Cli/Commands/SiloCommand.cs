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
using VideoGen.Files;
using VideoGen.Silo;
using VideoGen.Silo.Cluster;
using VideoGen.Silo.Hosting;
using VideoGen.Stages;
using VideoGen.Storage.Records;
using VideoGen.Tasks;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Scheduling;

namespace VideoGen.Cli.Commands;

/// <summary><c>videogen silo</c>: it runs until it is told to stop.</summary>
internal static class SiloCommand
{
    public static Command Create(IAnsiConsole console, TextWriter error)
    {
        var siloPort = Port("--silo-port", "Where other silos reach this one.");
        var gatewayPort = Port("--gateway-port", "Where workers and clients reach this silo.");
        var httpPort = Port("--port", "The dashboard's and API's port on the loopback address.");
        var advertise = new Option<string?>("--advertise")
        {
            Description = "The address or name under which others reach this silo, or auto for the one that this machine has in its network. "
                + "Default: the loopback address.",
            HelpName = "ADDRESS",
        };
        var insecure = new Option<bool>("--insecure-network")
        {
            Description = "The network is trusted: the silo may be reached at --advertise without a certificate.",
        };
        var concurrency = new Option<int>("--concurrency")
        {
            Description = "Stages that this process works on itself. Default: 0, which leaves them to workers.",
            HelpName = "N",
        };
        concurrency.Validators.Add(result => Bounds.Check(result, 0, 64));
        var keep = new Option<string?>("--keep")
        {
            Description = "How long finished tasks are kept, with their artifacts, unless they say so themselves: 30d for all, or by how they ended, such as "
                + "completed=30d,failed=90d. Default: until they are deleted.",
            HelpName = "TIMES",
        };
        var fast = FastMembership();
        var command = new Command("silo", "Run a silo: it holds tasks and queues, and serves the dashboard and the API.")
        {
            CommonOptions.OfCluster, siloPort, gatewayPort, httpPort, advertise, insecure, concurrency, keep, fast,
            CommonOptions.Data, CommonOptions.Artifacts, CommonOptions.Store, CommonOptions.Verbose,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (data, artifacts) = CommonOptions.OpenData(parsed);
            var address = CommonOptions.ReadCluster(parsed);
            var cluster = parsed.GetValue(CommonOptions.Cluster)!;
            if (address is not null)
            {
                await address.CheckAsync(cancellationToken);
            }

            var logs = new Logs(CommonOptions.ReadLogLevel(parsed));
            ClusterHold? hold = null;
            var silo = new SiloHostOptions
            {
                ClusterId = cluster,
                ServiceId = cluster,
                SiloPort = parsed.GetValue(siloPort),
                GatewayPort = parsed.GetValue(gatewayPort),
                HttpPort = parsed.GetValue(httpPort),
                AdvertisedAddress = parsed.GetValue(advertise),
                Tls = TlsOptions.Read(parsed),
                InsecureNetwork = parsed.GetValue(insecure),
                Artifacts = artifacts,
                FastMembership = parsed.GetValue(fast),
                Retention = ReadKeep(parsed.GetValue(keep)),
            };
            var application = SiloHost.Create(
                address is null ? silo : address.Configure(silo),
                configure: builder =>
                {
                    CommonOptions.ReadStore(parsed).Apply(builder.Configuration, data);
                    hold = ClusterHold.Take(StoreChoice.LocksBeside(builder.Configuration, data), address, cluster);
                    logs.Configure(builder.Logging);
                    builder.Services.AddSingleton<IHostLifetime, CallerLifetime>();
                    builder.Services.AddPipelineClient().AddArtifacts(artifacts).AddVideoStages(builder.Configuration);
                },
                addServices: services =>
                {
                    if (parsed.GetValue(concurrency) is > 0 and var stages)
                    {
                        services.AddStageWorker(worker =>
                        {
                            worker.Concurrency = stages;
                            worker.WorkDirectory = data.Work;
                        });
                    }
                });
            using var held = hold;
            application.Services.GetRequiredService<StoreHealth>().Changed += fault => error.WriteLine(
                fault is null ? "videogen: The store works again." : $"videogen: {SecretText.Mask(fault.Message)} The silo goes on trying.");
            var departure = application.Services.GetRequiredService<Departure>();
            _ = TellAsync(artifacts, error);
            await application.StartAsync(cancellationToken);
            logs.Up();
            Terminal.WriteLine(console, $"The silo is up. Dashboard: {application.GetHttpAddress()}");
            await application.RunUntilAsync(cancellationToken);
            return departure.Reason is null ? ExitCode.Success : ExitCode.StartAgain;
        });
        return command;
    }

    /// <summary>A silo can do without artifacts, but then it serves and deletes none, and whoever started it should know.</summary>
    private static async Task TellAsync(IArtifactStore artifacts, TextWriter error)
    {
        try
        {
            await artifacts.IdentifyAsync();
        }
        catch (IOException exception)
        {
            await error.WriteLineAsync($"videogen: Artifacts cannot be used: {SecretText.Mask(exception.Message)} The silo goes on without them.");
        }
    }

    private static RetentionRules ReadKeep(string? text) =>
        text is null ? RetentionRules.None
        : RetentionRules.TryParse(text, out var rules, out var problem) ? rules
        : throw new CommandFailedException(ExitCode.BadInput, problem);

    private static Option<bool> FastMembership() =>
        new("--fast-membership") { Description = "Notice dead silos after six seconds of silence rather than nine; for small clusters on one machine." };

    private static Option<int> Port(string name, string description)
    {
        var option = new Option<int>(name) { Description = $"{description} Default: a free port.", HelpName = "PORT" };
        option.Validators.Add(result => Bounds.Check(result, 0, 65_535));
        return option;
    }
}
