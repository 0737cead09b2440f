using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Hosting;
using VideoGen.Cli.Views;
using VideoGen.Client;
using VideoGen.Client.Workers;
using VideoGen.Stages;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.Pipelines;

namespace VideoGen.Cli.Commands;

/// <summary><c>videogen worker</c>: it runs until it is told to stop, and then ends what it holds.</summary>
internal static class WorkerCommand
{
    /// <summary>How long the host may take besides what its worker takes to end.</summary>
    private static readonly TimeSpan HostSlack = TimeSpan.FromSeconds(10);

    public static Command Create(IAnsiConsole console, Interruption interruption)
    {
        var name = new Option<string?>("--name") { Description = "What this worker is called. Default: the machine and the process.", HelpName = "NAME" };
        var concurrency = new Option<int>("--concurrency")
        {
            Description = "Stages at a time.",
            HelpName = "N",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        concurrency.Validators.Add(result => Bounds.Check(result, 1, 64));
        var limits = new Option<string[]>("--limit")
        {
            Description = "The most stages of a kind at a time, such as video_generation=1; may be given more than once.",
            HelpName = "KIND=N",
        };
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
        var drain = Duration.CreateOption(
            "--drain",
            "How long a worker that is told to stop works on at what it holds. The rest is given back then, or at a second signal.",
            TimeSpan.FromMinutes(10),
            TimeSpan.FromDays(7));
        var program = new ProgramOptions();
        var command = new Command(
            "worker",
            "Run a worker: it takes stages from the cluster's queues and does them. With --exec a program of yours does them; docs/authors.md has what it gets "
                + "and what it may say.")
        {
            CommonOptions.OfCluster, name, program.Exec, program.Kinds, program.Grace, concurrency, limits, queues, capabilities, drain,
            CommonOptions.Data, CommonOptions.Artifacts, CommonOptions.Verbose,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var address = CommonOptions.RequireCluster(parsed, "A worker");
            var kindLimits = (parsed.GetValue(limits) ?? []).Select(ParseLimit).ToImmutableArray();
            var ownProgram = program.Read(parsed);
            var (data, artifacts) = CommonOptions.OpenData(parsed);
            var builder = RemoteCluster.CreateBuilder(address, role: Role.Worker);
            var logs = new Logs(CommonOptions.ReadLogLevel(parsed));
            logs.Configure(builder.Logging);
            builder.Services.AddSingleton<IHostLifetime, CallerLifetime>();
            builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = parsed.GetValue(drain) + HostSlack);
            _ = ownProgram is null ? builder.Services.AddVideoStages(builder.Configuration) : builder.Services.AddProgramStages(ownProgram);
            builder.Services.AddArtifacts(artifacts).AddStageWorker(worker =>
            {
                worker.Name = parsed.GetValue(name) ?? worker.Name;
                worker.Concurrency = parsed.GetValue(concurrency);
                worker.KindLimits = worker.KindLimits.SetItems(kindLimits);
                worker.Queues = [.. parsed.GetValue(queues)!];
                worker.Capabilities = [.. parsed.GetValue(capabilities) ?? []];
                worker.DrainPatience = parsed.GetValue(drain);
                worker.WorkDirectory = data.Work;
            });
            builder.Services.AddOptions<StageWorkerOptions>()
                .Configure<IHostApplicationLifetime>((worker, lifetime) => worker.Drained = lifetime.StopApplication);
            var host = builder.Build();
            Check(host);
            if (ownProgram is not null)
            {
                await ProgramOptions.CheckAsync(host.Services, cancellationToken);
            }

            await RemoteCluster.StartAsync(host, address, cancellationToken);
            interruption.IsPatient = true;
            logs.Up();
            Terminal.WriteLine(console, "The worker is up.");
            await host.WaitForEndAsync(cancellationToken);
            Terminal.WriteLine(
                console,
                cancellationToken.IsCancellationRequested
                    ? $"The worker takes nothing more, and works on at what it holds for up to {Duration.Format(parsed.GetValue(drain))}. "
                        + "A second signal has it give that back now."
                    : "The worker was drained, and ends.");
            await host.StopUntilAsync(interruption.Hurried);
            return ExitCode.Success;
        });
        command.Add(WorkersCommand.CreateDrain(console));
        return command;
    }

    /// <summary>What is wrong with a worker is said before a cluster is looked for.</summary>
    /// <exception cref="CommandFailedException">Its options cannot work.</exception>
    private static void Check(IHost host)
    {
        try
        {
            host.Services.GetRequiredService<StageWorker>();
        }
        catch (Exception exception) when (exception is OptionsValidationException or InvalidOperationException)
        {
            throw new CommandFailedException(ExitCode.BadInput, exception.Message, exception);
        }
    }

    private static KeyValuePair<string, int> ParseLimit(string text) =>
        text.Split('=') is [{ Length: > 0 } kind, var number] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most > 0
            ? KeyValuePair.Create(kind, most)
            : throw new CommandFailedException(ExitCode.BadInput, $"A limit is written KIND=N, such as video_generation=1; '{text}' is not.");
}
