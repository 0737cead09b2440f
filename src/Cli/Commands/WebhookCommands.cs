using System.CommandLine;
using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Hosting;
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
        var command = Command("create", "Make a webhook. The secret that signs the notices to it is shown once.", name, url, events, label);
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

            await WithWebhooksAsync(
                parsed,
                async webhooks =>
                {
                    await webhooks.AddAsync(webhook);
                    return true;
                },
                cancellationToken);
            Terminal.WriteLine(console, webhook.Secret);
            return ExitCode.Success;
        });
        return command;
    }

    private static Command CreateList(IAnsiConsole console)
    {
        var command = Command("list", "List the webhooks, without their secrets.", CommonOptions.Json);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var webhooks = await WithWebhooksAsync(parsed, webhooks => webhooks.ReadAsync(), cancellationToken);
            if (parsed.GetValue(CommonOptions.Json))
            {
                Terminal.WriteJson(console, writer => WebhookListView.Write(writer, webhooks));
            }
            else
            {
                WebhookListView.Show(console, webhooks);
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static Command CreateDelete(IAnsiConsole console)
    {
        var name = Name();
        var command = Command("delete", "Delete a webhook, and what waits for it.", name);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var chosen = parsed.GetValue(name)!;
            Require(await WithWebhooksAsync(parsed, webhooks => webhooks.RemoveAsync(chosen), cancellationToken), chosen);
            Terminal.WriteLine(console, $"Webhook {chosen} is deleted.");
            return ExitCode.Success;
        });
        return command;
    }

    private static Command CreateTest(IAnsiConsole console)
    {
        var name = Name();
        var command = Command("test", "Send a notice of the type webhook.test, once, and say what came of it.", name);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var chosen = parsed.GetValue(name)!;
            var test = await WithWebhooksAsync(parsed, webhooks => webhooks.TestAsync(chosen), cancellationToken);
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
        var command = Command("enable", "Go on with a webhook that was disabled as it answered 410 (gone).", name);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var chosen = parsed.GetValue(name)!;
            Require(await WithWebhooksAsync(parsed, webhooks => webhooks.EnableAsync(chosen), cancellationToken), chosen);
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
        var command = Command("replay", "Send again what failed, under the ids that it had.", name, task, delivered);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var chosen = parsed.GetValue(name)!;
            var request = new WebhookReplayRequest { Task = parsed.GetValue(task), Told = parsed.GetValue(delivered) };
            var (tasks, notices) = await WithWebhooksAsync(parsed, webhooks => ReplayAsync(webhooks, chosen, request, cancellationToken), cancellationToken);
            Terminal.WriteLine(console, $"{notices} notices of {tasks} tasks wait for webhook {chosen} again.");
            return ExitCode.Success;
        });
        return command;
    }

    private static async Task<(int Tasks, int Notices)> ReplayAsync(
        IWebhooksGrain webhooks, string name, WebhookReplayRequest request, CancellationToken cancellationToken)
    {
        var (tasks, notices) = (0, 0);
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            var replay = await webhooks.ReplayAsync(name, request);
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

    private static Command Command(string name, string description, params Symbol[] parts)
    {
        var command = new Command(name, description);
        foreach (var part in parts.Concat([CommonOptions.Data, CommonOptions.Store, .. CommonOptions.OfCluster]))
        {
            if (part is Argument argument)
            {
                command.Add(argument);
            }
            else
            {
                command.Add((Option)part);
            }
        }

        return command;
    }

    /// <summary>Those of the cluster; or, without one, those in this machine's store, through a silo that lives for this one command.</summary>
    private static async Task<T> WithWebhooksAsync<T>(ParseResult parsed, Func<IWebhooksGrain, Task<T>> work, CancellationToken cancellationToken)
    {
        if (CommonOptions.ReadCluster(parsed) is { } address)
        {
            await using var cluster = await RemoteCluster.ConnectAsync(address, cancellationToken);
            return await work(cluster.Grains.GetGrain<IWebhooksGrain>(0)).WaitAsync(cancellationToken);
        }

        var data = DataDirectory.Open(parsed.GetValue(CommonOptions.Data));
        var options = new EmbeddedClusterOptions { Data = data, Artifacts = ArtifactChoice.Open(null, data), Store = CommonOptions.ReadStore(parsed) };
        await using var embedded = await EmbeddedCluster.StartAsync(options, cancellationToken);
        return await embedded.GuardAsync(work(embedded.Grains.GetGrain<IWebhooksGrain>(0)));
    }
}
