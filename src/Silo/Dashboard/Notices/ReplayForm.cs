using System.Globalization;
using VideoGen.Silo.Dashboard.Markup;
using VideoGen.Tasks.Notices;

namespace VideoGen.Silo.Dashboard.Notices;

/// <summary>Which notices go again, and what came of it so far: of many tasks it is asked for in several steps.</summary>
/// <param name="Task">As it was typed; empty for all tasks that are listed.</param>
/// <param name="Delivered">Also what was delivered.</param>
/// <param name="After">Where to go on; null at first.</param>
/// <param name="Tasks">Gone through so far.</param>
/// <param name="Notices">Put in line so far.</param>
internal sealed record ReplayForm(string Task, bool Delivered, string? After, int Tasks, int Notices)
{
    /// <summary>Requests that one step makes, of <see cref="WebhookReplayRequest.MaxTasks"/> tasks each, so that a person can wait for it.</summary>
    private const int MaxRequests = 10;

    public static ReplayForm Empty { get; } = new("", false, null, 0, 0);

    public static ReplayForm Of(IFormCollection form) => new(
        form["task"].ToString().Trim(),
        form.ContainsKey("delivered"),
        form["after"].ToString() is { Length: > 0 } after ? after : null,
        NumberOf(form["tasks"]),
        NumberOf(form["notices"]));

    /// <summary>What is left to be asked for; null when there is no webhook of that name.</summary>
    /// <exception cref="ArgumentException">It is out of bounds; the message says how.</exception>
    public async Task<ReplayForm?> GoOnAsync(IWebhooksGrain webhooks, string name)
    {
        var form = this;
        for (var i = 0; i < MaxRequests && (i == 0 || form.After is not null); i++)
        {
            var request = new WebhookReplayRequest { Task = form.Task.Length > 0 ? form.Task : null, Told = form.Delivered, After = form.After };
            if (await webhooks.ReplayAsync(name, request) is not { } replay)
            {
                return null;
            }

            form = form with { After = replay.Next, Tasks = form.Tasks + replay.Tasks, Notices = form.Notices + replay.Notices };
        }

        return form;
    }

    /// <summary>What came of it, for a person.</summary>
    public string Outcome(string name) => Notices == 0
        ? $"Nothing of {Count(Tasks, "task")} is to be sent to webhook {name} again."
        : $"{Count(Notices, "notice")} of {Count(Tasks, "task")} {(Notices == 1 ? "waits" : "wait")} for webhook {name} again.";

    public Html Fields(string name) => After is null
        ? (Html)$"""
            <label class="field block"><span>Of this task alone, a deleted one too (empty: of all tasks that are listed)</span>
            <input name="task" value="{Task}" autocomplete="off"></label>
            <label class="check"><input type="checkbox" name="delivered"{Html.Flag("checked", Delivered)}> Also what was delivered, of the last
            {NoticeRules.MaxToldEvents} events of a task</label>
            """
        : $"""
            <p role="status">{Outcome(name)} There are more tasks to look at.</p>
            <input type="hidden" name="after" value="{After}"><input type="hidden" name="tasks" value="{Tasks}">
            <input type="hidden" name="notices" value="{Notices}">{Html.If(Delivered, $"""<input type="hidden" name="delivered" value="on">""")}
            """;

    public Dictionary<string, string[]> Values(string name) => new()
    {
        ["name"] = [name],
        ["task"] = Task.Length > 0 ? [Task] : [],
        ["delivered"] = Delivered ? ["on"] : [],
    };

    private static int NumberOf(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}{(count == 1 ? "" : "s")}");
}
