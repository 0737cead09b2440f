using System.CommandLine;
using System.Net;
using Microsoft.AspNetCore.Builder;
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
using VideoGen.Silo.Access;
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
    /// <summary>Holds the text of an admin's key that is known before anybody can make one; or a file does that <c>…_FILE</c> names.</summary>
    private const string FirstKeyVariable = "VIDEOGEN_FIRST_KEY";

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    public static Command Create(IAnsiConsole console, TextWriter error)
    {
        var siloPort = Port("--silo-port", "Where other silos reach this one.");
        var gatewayPort = Port("--gateway-port", "Where workers and clients reach this silo.");
        var httpPort = Port("--port", "The dashboard's and API's port on the loopback address.");
        var http = new Option<string?>("--http")
        {
            Description = "Where to answer HTTP instead of on the loopback address, such as 0.0.0.0:8080. There nobody gets in without a key: "
                + $"'videogen key create' makes one, or ${FirstKeyVariable} (or a file that ${FirstKeyVariable}_FILE names) holds one of an admin.",
            HelpName = "ADDRESS:PORT",
        };
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
        var allowPrivate = new Option<bool>("--webhooks-allow-private")
        {
            Description = "Webhooks may lead to addresses of this machine and of private networks, and by http. Default: to the Internet by https alone.",
        };
        var orleans = new Option<bool>("--orleans-dashboard")
        {
            Description = "Orleans' own dashboard is at /orleans, for admins. It times each grain call while somebody looks; give it to all silos or to none.",
        };
        var fast = FastMembership();
        var command = new Command("silo", "Run a silo: it holds tasks and queues, and serves the dashboard and the API.")
        {
            CommonOptions.OfCluster, siloPort, gatewayPort, httpPort, http, advertise, insecure, concurrency, keep, allowPrivate, orleans, fast,
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
                HttpEndpoint = ReadEndpoint(parsed.GetValue(http)),
                FirstKey = SecretSource.ReadEnvironment(FirstKeyVariable),
                AdvertisedAddress = parsed.GetValue(advertise),
                Tls = TlsOptions.Read(parsed),
                InsecureNetwork = parsed.GetValue(insecure),
                Artifacts = artifacts,
                FastMembership = parsed.GetValue(fast),
                WebhooksAllowPrivate = parsed.GetValue(allowPrivate),
                OrleansDashboard = parsed.GetValue(orleans),
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
            await StartAsync(application, cancellationToken);
            logs.Up();
            Terminal.WriteLine(console, $"The silo is up. Dashboard: {await application.GetLoginAddressAsync()}");
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

    /// <summary>What does not come up leaves its cluster.</summary>
    private static async Task StartAsync(WebApplication application, CancellationToken cancellationToken)
    {
        try
        {
            await application.StartAsync(cancellationToken);
        }
        catch (DoorException)
        {
            await application.StopWithinAsync(StopTimeout);
            throw;
        }
    }

    /// <exception cref="CommandFailedException">It is no address with a port.</exception>
    private static IPEndPoint? ReadEndpoint(string? text) =>
        text is null ? null
        : IPEndPoint.TryParse(text.StartsWith("*:", StringComparison.Ordinal) ? "0.0.0.0" + text[1..] : text, out var endpoint) && endpoint.Port > 0 ? endpoint
        : throw new CommandFailedException(ExitCode.BadInput, $"--http takes an address of this machine and a port, such as 0.0.0.0:8080; '{text}' is not.");

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
