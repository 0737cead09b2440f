using System.CommandLine;
using System.Net;
using System.Net.Http.Json;
using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Http;
using VideoGen.Cli.Views;
using VideoGen.Silo.Access;

namespace VideoGen.Cli.Commands;

/// <summary><c>videogen share ID</c>: lets others look at one task, by its page or on a page of their own.</summary>
internal static class ShareCommand
{
    private static readonly TimeSpan Usual = TimeSpan.FromHours(24);

    public static Command Create(IAnsiConsole console)
    {
        var time = Duration.CreateOption("--for", "How long others may look.", Usual, ReadTokens.MaxLength);
        var origin = new Option<string?>("--origin")
        {
            Description = "Print HTML that shows the task on pages of this site, such as https://wiki.example.org. Default: print a link to the task's page.",
            HelpName = "URL",
        };
        var command = new Command("share", "Print a link to a task, or HTML that embeds it, which lets whoever has it look at that task and at nothing else.")
        {
            CommonOptions.Id, time, origin, ServerAddress.Option,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var id = CommonOptions.ReadId(parsed);
            var server = CommonOptions.ReadServer(parsed) ?? throw new CommandFailedException(
                ExitCode.BadInput,
                $"'share' needs {ServerAddress.Option.Name} {ServerAddress.Option.HelpName}, or ${ServerAddress.Variable}: the silo that shows the task, "
                    + "at the address by which others reach it.");
            using var silo = new HttpCluster(server);
            var site = parsed.GetValue(origin);
            var body = new { for_s = (int)parsed.GetValue(time).TotalSeconds, origin = site };
            var (share, _) = await silo.ActAsync(HttpMethod.Post, $"api/tasks/{id}/shares", () => JsonContent.Create(body), cancellationToken);
            var token = share.GetProperty("token").GetString();
            foreach (var line in site is null ? [new Uri(server.Url, $"tasks/{id}?read={token}").ToString()] : Element(server.Url, id.Value, token))
            {
                Terminal.WriteLine(console, line);
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static string[] Element(Uri server, string task, string? token) =>
    [
        $"""<script type="module" src="{WebUtility.HtmlEncode(new Uri(server, "embed.js").ToString())}"></script>""",
        $"""<videogen-task server="{WebUtility.HtmlEncode(server.GetLeftPart(UriPartial.Authority))}" task="{task}" token="{token}"></videogen-task>""",
    ];
}
