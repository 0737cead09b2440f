using System.CommandLine;
using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Http;
using VideoGen.Cli.Running;
using VideoGen.Cli.Views;
using VideoGen.Tasks.Notices;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Commands;

/// <summary><c>videogen webhook</c>: who is told when tasks and stages change.</summary>
internal static class WebhookCommands
{
    public static Command Create(IAnsiConsole console) => new("webhook", "Tell other programs by HTTP when tasks and stages change.")
    {
        CreateCreate(console), CreateList(console), CreateDelete(console), CreateTest(console), CreateEnable(console), CreateReplay(console),
    };

    private static Command CreateCreate(IAnsiConsole console)
    {
        var name = Name("What the webhook is called, such as publisher.");
        var url = new Argument<string>("URL") { Description = "Where notices go by POST, such as https://example.org/videogen." };
        var events = new Option<string[]>("--event")
        {
            Description = "What it is told of, such as task.*, stage.failed or task.completed; may be given more than once. Default: everything.",
            HelpName = "TYPE",
        };
        var label = new Option<string?>("--label") { Description = "It is told of tasks that have this label. Default: of all tasks.", HelpName = "KEY=VALUE" };
        var command = SettingsCommands.Verb("create", "Make a webhook. The secret that signs the notices to it is shown once.", name, url, events, label);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var patterns = parsed.GetValue(events) ?? [];
            var now = TimeProvider.System.GetUtcNow();
            var webhook = new Webhook(parsed.GetValue(name)!, Webhook.NewId(), parsed.GetValue(url)!, WebhookSecret.Create(), now)
            {
                Events = patterns.Length == 0 ? null : [.. patterns],
                Labels = parsed.GetValue(label) is { } text ? TaskState.NoLabels.SetItems([CommonOptions.ParseLabel(text)]) : null,
            };
            if (webhook.Check() is { } problem)
            {
                throw new CommandFailedException(ExitCode.BadInput, problem);
            }

            Terminal.WriteLine(console, await AskAsync(parsed, webhooks => webhooks.CreateAsync(webhook, cancellationToken), cancellationToken));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command CreateList(IAnsiConsole console)
    {
        var command = SettingsCommands.Verb("list", "List the webhooks, without their secrets.", OutputOption.All);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var form = OutputOption.Read(parsed);
            var webhooks = await AskAsync(parsed, webhooks => webhooks.ListAsync(cancellationToken), cancellationToken);
            OperatedClusters.Show(
                console,
                form,
                webhooks.All.Select(webhook => webhook.Name).Order(StringComparer.Ordinal),
                writer => WebhookListView.Write(writer, webhooks),
                _ => WebhookListView.Show(console, webhooks));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command CreateDelete(IAnsiConsole console)
    {
        var name = Name();
        var command = SettingsCommands.Verb("delete", "Delete a webhook, and what waits for it.", name);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var chosen = parsed.GetValue(name)!;
            Require(await AskAsync(parsed, webhooks => webhooks.DeleteAsync(chosen, cancellationToken), cancellationToken), chosen);
            Terminal.WriteLine(console, $"Webhook {chosen} is deleted.");
            return ExitCode.Success;
        });
        return command;
    }

    private static Command CreateTest(IAnsiConsole console)
    {
        var name = Name();
        var command = SettingsCommands.Verb("test", "Send a notice of the type webhook.test, once, and say what came of it.", name);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var chosen = parsed.GetValue(name)!;
            var test = await AskAsync(parsed, webhooks => webhooks.TestAsync(chosen, cancellationToken), cancellationToken);
            Require(test is not null, chosen);
            if (!test!.Delivered)
            {
                throw new CommandFailedException(ExitCode.Failed, $"Webhook {chosen} did not take the test. {test.Problem}");
            }

            Terminal.WriteLine(console, $"Webhook {chosen} took the test.");
            return ExitCode.Success;
        });
        return command;
    }

    private static Command CreateEnable(IAnsiConsole console)
    {
        var name = Name();
        var command = SettingsCommands.Verb("enable", "Go on with a webhook that was disabled as it answered 410 (gone).", name);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var chosen = parsed.GetValue(name)!;
            Require(await AskAsync(parsed, webhooks => webhooks.EnableAsync(chosen, cancellationToken), cancellationToken), chosen);
            Terminal.WriteLine(console, $"Webhook {chosen} is told of what happens from now on. 'webhook replay {chosen}' sends what it did not take.");
            return ExitCode.Success;
        });
        return command;
    }

    private static Command CreateReplay(IAnsiConsole console)
    {
        var name = Name();
        var task = new Option<string?>("--task")
        {
            Description = "Of this task alone, a deleted one too. Default: of all tasks that are listed.",
            HelpName = "ID",
        };
        var delivered = new Option<bool>("--delivered") { Description = "Also what was delivered, as far as the tasks remember it: their last 64 events." };
        var command = SettingsCommands.Verb("replay", "Send again what failed, under the ids that it had.", name, task, delivered);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var chosen = parsed.GetValue(name)!;
            var request = new WebhookReplayRequest { Task = parsed.GetValue(task), Told = parsed.GetValue(delivered) };
            var (tasks, notices) = await AskAsync(parsed, webhooks => ReplayAsync(webhooks, chosen, request, cancellationToken), cancellationToken);
            Terminal.WriteLine(console, $"{notices} notices of {tasks} tasks wait for webhook {chosen} again.");
            return ExitCode.Success;
        });
        return command;
    }

    private static async Task<(int Tasks, int Notices)> ReplayAsync(
        IWebhookBook webhooks, string name, WebhookReplayRequest request, CancellationToken cancellationToken)
    {
        var (tasks, notices) = (0, 0);
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            var replay = await webhooks.ReplayAsync(name, request, cancellationToken);
            Require(replay is not null, name);
            (tasks, notices, request) = (tasks + replay!.Tasks, notices + replay.Notices, request with { After = replay.Next });
        }
        while (request.After is not null);
        return (tasks, notices);
    }

    private static Argument<string> Name(string description = "The webhook, as 'webhook list' shows it.") => new("NAME") { Description = description };

    private static void Require(bool isKnown, string name)
    {
        if (!isKnown)
        {
            throw new CommandFailedException(ExitCode.NotFound, $"There is no webhook {name}. 'videogen webhook list' shows those that there are.");
        }
    }

    private static Task<T> AskAsync<T>(ParseResult parsed, Func<IWebhookBook, Task<T>> work, CancellationToken cancellationToken) => SettingsCommands.AskAsync(
        parsed,
        silo => work(new HttpWebhooks(silo)),
        grains => work(new WebhookBook(grains.GetGrain<IWebhooksGrain>(0))),
        cancellationToken);
}
