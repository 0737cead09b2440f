using System.Collections.Immutable;
using VideoGen.Silo.Dashboard.Markup;
using VideoGen.Tasks.Notices;

namespace VideoGen.Silo.Dashboard.Notices;

/// <summary>Something that an admin can do with a webhook. Each is one line of the command line too.</summary>
/// <param name="Name">As it stands in the address and on the command line.</param>
/// <param name="Title">On the button.</param>
/// <param name="Explanation">What it does, for who is about to do it.</param>
internal sealed record WebhookAct(string Name, string Title, string Explanation)
{
    public static WebhookAct Test { get; } = new(
        "test", "Test", "A notice of the type webhook.test is sent to it now, once, and the page says what came of it.");

    public static WebhookAct Enable { get; } = new(
        "enable", "Enable", "It is told again of what happens from now on. What it did not take meanwhile is sent when you replay it.");

    public static WebhookAct Replay { get; } = new(
        "replay", "Replay", "What it did not take and what is not tried any more waits again, under the ids that it had, before what waits already.")
    {
        Options = " --task {task} --delivered {delivered}",
    };

    public static WebhookAct Delete { get; } = new(
        "delete", "Delete", "It is told nothing more, and what waits for it is gone for good, as its secret is. Another one of that name has another secret.")
    {
        Destroys = true,
    };

    private static readonly ImmutableArray<WebhookAct> Every = [Test, Enable, Replay, Delete];

    /// <summary>After the name on the command line; what stands in braces are fields of the form.</summary>
    public string Options { get; private init; } = "";

    public string Line => $"webhook {Name} {{name}}{Options}";

    /// <summary>Whether something is lost by it.</summary>
    public bool Destroys { get; private init; }

    public static WebhookAct? Find(string name) => Every.FirstOrDefault(act => act.Name == name);

    /// <summary>Those that it accepts as it is.</summary>
    public static ImmutableArray<WebhookAct> Of(Webhook webhook) => webhook.DisabledAt is null ? [Test, Replay, Delete] : [Enable, Test, Delete];

    /// <summary>A link to the form of the act; the script opens it over the page.</summary>
    public Html Link(string webhook) =>
        $"""
        <a class="button small{(Destroys ? " risky" : "")}" data-act href="{WebhooksView.Place}/{Name}?name={Uri.EscapeDataString(webhook)}"
        aria-label="{Title} {webhook}">{Title}</a>
        """;
}
