using System.CommandLine;
using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Http;
using VideoGen.Cli.Views;
using VideoGen.Client.Access;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Commands;

/// <summary><c>videogen key</c>: who gets in over HTTP, and what they may do.</summary>
internal static class KeyCommands
{
    private static readonly string[] RoleNames = [.. Enum.GetValues<Role>().Select(Roles.ToWireName)];

    public static Command Create(IAnsiConsole console) => new("key", "Make, list and revoke the keys by which callers get in over HTTP.")
    {
        CreateCreate(console), CreateList(console), CreateRevoke(console), CreateSecret(console),
    };

    private static Command CreateCreate(IAnsiConsole console)
    {
        var name = new Argument<string?>("NAME") { Description = "What the key is called, such as ci or a person's name.", Arity = ArgumentArity.ZeroOrOne };
        var role = new Option<string>("--role")
        {
            Description = "What it allows: viewer (look), operator (look, create, steer and delete tasks), worker (look, and do stages), "
                + "admin (all of it, and keys).",
            HelpName = "ROLE",
            Required = true,
        };
        role.AcceptOnlyFromAmong(RoleNames);
        var labels = new Option<string[]>("--label")
        {
            Description = "It reaches only tasks that have this label; may be given more than once.",
            HelpName = "KEY=VALUE",
        };
        var expires = new Option<string?>("--expires")
        {
            Description = "How long it is good for, such as 30d or 12h. Default: until it is revoked.",
            HelpName = "TIME",
        };
        var offline = new Option<bool>("--offline")
        {
            Description = "Only make the text of a key, for the file that VIDEOGEN_FIRST_KEY_FILE names to a silo. "
                + "No cluster knows it before such a silo starts.",
        };
        var command = SettingsCommands.Verb("create", "Make a key. Its text is shown once, and stored nowhere.", name, role, labels, expires, offline);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var chosen = (Role)Array.IndexOf(RoleNames, parsed.GetValue(role));
            var text = KeyText.Create(chosen);
            if (parsed.GetValue(offline))
            {
                Terminal.WriteLine(console, text);
                return ExitCode.Success;
            }

            var now = TimeProvider.System.GetUtcNow();
            var asked = (parsed.GetValue(labels) ?? []).Select(CommonOptions.ParseLabel).ToList();
            var key = new AccessKey(RequireName(parsed.GetValue(name)), chosen, KeyText.HashOf(text), now)
            {
                Labels = asked.Count == 0 ? null : TaskState.NoLabels.SetItems(asked),
                ExpiresAt = parsed.GetValue(expires) is { } time ? now + ParseLife(time) : null,
            };
            text = await AskAsync(
                parsed,
                keys => keys.CreateAsync(key, cancellationToken),
                async keys =>
                {
                    await keys.AddAsync(key);
                    return text;
                },
                cancellationToken);
            Terminal.WriteLine(console, text);
            return ExitCode.Success;
        });
        return command;
    }

    private static Command CreateList(IAnsiConsole console)
    {
        var command = SettingsCommands.Verb("list", "List the keys, those that are good no more with them.", OutputOption.All);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var form = OutputOption.Read(parsed);
            var keys = await AskAsync(parsed, keys => keys.ListAsync(cancellationToken), keys => keys.ReadAsync(), cancellationToken);
            OperatedClusters.Show(
                console,
                form,
                keys.Keys.Select(key => key.Name).Order(StringComparer.Ordinal),
                writer => KeyListView.Write(writer, keys),
                _ => KeyListView.Show(console, keys, TimeProvider.System.GetUtcNow()));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command CreateRevoke(IAnsiConsole console)
    {
        var name = new Argument<string>("NAME") { Description = "The key, as 'key list' shows it." };
        var command = SettingsCommands.Verb("revoke", "Revoke a key: five seconds later it opens nothing anywhere.", name);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var chosen = parsed.GetValue(name)!;
            var was = await AskAsync(parsed, keys => keys.RevokeAsync(chosen, cancellationToken), keys => keys.RevokeAsync(chosen), cancellationToken);
            if (!was)
            {
                throw new CommandFailedException(ExitCode.NotFound, $"There is no key {chosen}. 'videogen key list' shows those that there are.");
            }

            Terminal.WriteLine(console, $"Key {chosen} is revoked.");
            return ExitCode.Success;
        });
        return command;
    }

    private static Command CreateSecret(IAnsiConsole console)
    {
        var role = new Option<string?>("--role")
        {
            Description = "The secret of that role alone, made of the one that this process has: for workers and clients that are to get in as nothing else.",
            HelpName = "ROLE",
        };
        role.AcceptOnlyFromAmong(RoleNames);
        var command = new Command(
            "secret", $"Print a new secret for the processes of a cluster, for the file that {ClusterSecrets.FileVariable} names; or that of a role.") { role };
        command.SetAction(parsed =>
        {
            var text = parsed.GetValue(role) is { } name ? SecretOf((Role)Array.IndexOf(RoleNames, name)) : ClusterSecret.Create();
            Terminal.WriteLine(console, text);
            return ExitCode.Success;
        });
        return command;
    }

    private static string SecretOf(Role role) => ClusterSecrets.Find().Secret is { Role: null } secret
        ? secret.TextFor(role)
        : throw new CommandFailedException(
            ExitCode.BadInput, $"This process has no secret of a cluster: set {ClusterSecrets.FileVariable} to a file that holds it.");

    private static string RequireName(string? name) => AccessKey.CheckName(name) is { } problem
        ? throw new CommandFailedException(ExitCode.BadInput, name is null ? "A key needs a NAME, by which it is listed and revoked." : problem)
        : name!;

    private static TimeSpan ParseLife(string text) =>
        text.EndsWith('d') && Duration.TryParse(text[..^1] + "h", out var days) && days.Ticks is > 0 and var ticks ? TimeSpan.FromTicks(ticks * 24)
        : Duration.TryParse(text, out var time) && time > TimeSpan.Zero ? time
        : throw new CommandFailedException(ExitCode.BadInput, $"--expires takes a time such as 30d, 12h or 45m; '{text}' is not.");

    private static Task<T> AskAsync<T>(
        ParseResult parsed, Func<HttpKeys, Task<T>> http, Func<IAccessKeysGrain, Task<T>> grain, CancellationToken cancellationToken) =>
        SettingsCommands.AskAsync(
            parsed, silo => http(new HttpKeys(silo)), grains => grain(grains.GetGrain<IAccessKeysGrain>(0)), cancellationToken);
}
