using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Http;
using VideoGen.Cli.Views;

namespace VideoGen.Cli.WorkerCheck;

/// <summary>Plays a hostile cluster to a worker, and says which rules it breaks.</summary>
internal sealed class WorkerCheckRun(IAnsiConsole console, TimeProvider time)
{
    /// <summary>How long one ordeal may take.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    /// <summary>How long a worker that drained may take to end.</summary>
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(20);

    /// <param name="worker">A command; or the URL at which the check answers a worker that is started elsewhere.</param>
    /// <param name="input">What its stages are given.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    public async Task<int> ExecuteAsync(string worker, JsonElement input, CancellationToken cancellationToken) =>
        Tell(await CheckAsync(worker, input, Enum.GetValues<Ordeal>(), cancellationToken));

    /// <summary>The rules that the worker breaks in some ordeals.</summary>
    internal async Task<IReadOnlyList<BrokenRule>> CheckAsync(
        string worker, JsonElement input, IEnumerable<Ordeal> ordeals, CancellationToken cancellationToken)
    {
        var cluster = new HostileCluster(input, ordeals, time);
        var isUrl = Uri.TryCreate(worker, UriKind.Absolute, out var url) && url.Scheme == "http";
        await using var server = cluster.Create(isUrl ? url! : new Uri("http://127.0.0.1:0"));
        await server.StartAsync(cancellationToken);
        using var process = isUrl ? null : Start(worker, AddressOf(server), cluster.AccessKey);
        if (isUrl)
        {
            Terminal.WriteLine(console, $"Start the worker with {ServerAddress.Variable}={worker} and {ServerAddress.KeyVariable}={cluster.AccessKey}.");
        }

        try
        {
            await PlayAsync(cluster, process, cancellationToken);
        }
        finally
        {
            process?.Kill(entireProcessTree: true);
        }

        return cluster.Broken;
    }

    private static async Task PlayAsync(HostileCluster cluster, Process? process, CancellationToken cancellationToken)
    {
        var ended = process?.WaitForExitAsync(cancellationToken) ?? Task.Delay(Timeout.Infinite, cancellationToken);
        for (var at = cluster.Present; !cluster.Done.IsCompleted; at = cluster.Present)
        {
            var first = await Task.WhenAny(cluster.Done, ended, Task.Delay(Patience, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
            if (first == ended)
            {
                cluster.Note(CheckedRule.Survive, $"The worker ended with exit code {process!.ExitCode} ({at?.ToString() ?? "before it asked for work"}).");
                return;
            }

            if (first != cluster.Done && at == cluster.Present)
            {
                cluster.Note(
                    at == Ordeal.Busy ? CheckedRule.Busy : at == Ordeal.Paused ? CheckedRule.Pause : CheckedRule.Survive,
                    $"Nothing more came of it for {Patience.TotalSeconds:0} s ({at?.ToString() ?? "it never asked for work"}).");
                return;
            }
        }

        if (process is not null && cluster.HasDrained && await Task.WhenAny(ended, Task.Delay(EndPatience, cancellationToken)) != ended)
        {
            cluster.Note(CheckedRule.Drain, $"It did not end within {EndPatience.TotalSeconds:0} s after it had drained.");
        }
    }

    private int Tell(IReadOnlyList<BrokenRule> broken)
    {
        foreach (var rule in CheckedRule.All)
        {
            var found = broken.FirstOrDefault(one => one.Rule == rule);
            Terminal.WriteLine(console, found is null ? $"kept    {rule.Name}: {rule.Text}" : $"BROKEN  {rule.Name}: {rule.Text} {found.What}");
        }

        Terminal.WriteLine(console, broken.Count == 0 ? "The worker keeps all rules." : $"The worker breaks {broken.Count} of {CheckedRule.All.Count} rules.");
        return broken.Count == 0 ? ExitCode.Success : ExitCode.Failed;
    }

    private static Process Start(string command, Uri address, string key)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"exec {command}"])
        {
            Environment = { [ServerAddress.Variable] = address.ToString().TrimEnd('/'), [ServerAddress.KeyVariable] = key },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start) ?? throw new CommandFailedException(ExitCode.BadInput, $"'{command}' cannot be started.");
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static Uri AddressOf(WebApplication server) =>
        new(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
}
