using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Views;

namespace VideoGen.Cli.Commands;

/// <summary><c>videogen health</c>: whether the silo of this machine can serve tasks, for what supervises it and has no other client of HTTP at hand.</summary>
internal static class HealthCommand
{
    /// <summary>Longer than the silo itself waits for its store.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>An answer is a sentence or two.</summary>
    private const int MaxReplyBytes = 64 * 1024;

    public static Command Create(IAnsiConsole console)
    {
        var port = new Option<int>("--port") { Description = "The silo's port for HTTP, as its own --port says.", HelpName = "PORT", Required = true };
        port.Validators.Add(result => Bounds.Check(result, 1, 65_535));
        var live = new Option<bool>("--live") { Description = "Ask only whether the process answers, and not whether it can serve tasks now." };
        var command = new Command("health", "Ask the silo of this machine whether it can serve tasks; for health checks and probes.") { port, live };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var path = parsed.GetValue(live) ? "healthz" : "healthz/ready";
            var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{parsed.GetValue(port)}/{path}"));
            if (await FindProblemAsync(address, cancellationToken) is { } problem)
            {
                throw new CommandFailedException(ExitCode.Unavailable, problem);
            }

            Terminal.WriteLine(console, "healthy");
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>Null when the silo is healthy.</summary>
    private static async Task<string?> FindProblemAsync(Uri address, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = Patience, MaxResponseContentBufferSize = MaxReplyBytes };
        try
        {
            using var response = await http.GetAsync(address, cancellationToken);
            return response.IsSuccessStatusCode
                ? null
                : $"The silo at {address.Authority} is not healthy: {ProblemsOf(await response.Content.ReadAsStringAsync(cancellationToken), response)}";
        }
        catch (HttpRequestException exception)
        {
            return $"No silo answers at {address.Authority}: {exception.Message}";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"The silo at {address.Authority} did not answer within {Patience.TotalSeconds} s.";
        }
    }

    private static string ProblemsOf(string reply, HttpResponseMessage response)
    {
        try
        {
            using var health = JsonDocument.Parse(reply);
            return string.Join(' ', health.RootElement.GetProperty("problems").EnumerateArray().Select(problem => problem.GetString()));
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return $"it answered {(int)response.StatusCode}.";
        }
    }
}
