using System.Collections.Immutable;
using VideoGen.Silo.Api;
using VideoGen.Silo.Dashboard.Acts;
using VideoGen.Silo.Dashboard.Markup;
using VideoGen.Tasks;
using VideoGen.Tasks.Notices;

namespace VideoGen.Silo.Dashboard.Notices;

/// <summary>What somebody typed who makes a webhook, sound or not.</summary>
/// <param name="Name">What it is to be called.</param>
/// <param name="Url">Where notices are to go.</param>
/// <param name="Events">What it is to be told of; none for everything.</param>
/// <param name="Label">As it was typed.</param>
internal sealed record NewWebhookForm(string Name, string Url, ImmutableArray<string> Events, string Label)
{
    public const string Title = "New webhook";

    /// <summary>All that a box is drawn for: the kinds first, each before what it holds.</summary>
    private static readonly ImmutableArray<string> Patterns = ["task.*", .. OfKind("task."), "stage.*", .. OfKind("stage.")];

    private static readonly string Line =
        $"webhook create {{name}} {{url}}{string.Concat(Patterns.Select(pattern => $" --event {{{FieldOf(pattern)}}}"))} --label {{label}}";

    public static NewWebhookForm Empty { get; } = new("", "", [], "");

    public static NewWebhookForm Of(IFormCollection form) => new(
        form["name"].ToString().Trim(),
        form["url"].ToString().Trim(),
        [.. Patterns.Where(pattern => form.ContainsKey(FieldOf(pattern)))],
        form["label"].ToString().Trim());

    /// <summary>The request that the API takes, or what is wrong with the form.</summary>
    public WebhookRequest? ToRequest(out string? problem)
    {
        KeyValuePair<string, string> label = default;
        problem = Label.Length == 0 || LabelText.TryParse(Label, out label) ? null : $"A label is written KEY=VALUE; '{MessageText.Cut(Label, 64)}' is not.";
        return problem is not null ? null : new WebhookRequest(Name, Url)
        {
            Events = [.. Events],
            Labels = label.Key is null ? null : new Dictionary<string, string> { [label.Key] = label.Value },
        };
    }

    public Html Draw(ActForm.Setting setting) => ActForm.Of(
        Title,
        WebhooksView.PlaceOfNew,
        $"""
        <p>Another program is told by POST when tasks and stages have another status. The next page shows the secret that signs the notices to it, once.</p>
        """,
        $"""
        <label class="field block"><span>Name</span><input name="name" value="{Name}" maxlength="{Webhook.MaxNameLength}" required
        placeholder="publisher" autocomplete="off"{Html.Flag("autofocus", setting.Problem is null)}></label>
        <label class="field block"><span>Address</span><input type="url" name="url" value="{Url}" maxlength="{Webhook.MaxUrlLength}" required
        placeholder="https://example.org/videogen" autocomplete="off"></label>
        <fieldset class="choose"><legend>Told of (none: everything)</legend>
        <div class="scroll" tabindex="0" role="group" aria-label="Events">{Patterns.Select(Box)}</div></fieldset>
        <label class="field block"><span>Label of the tasks (empty: all tasks)</span><input name="label" value="{Label}"
        placeholder="KEY=VALUE" autocomplete="off"></label>
        """,
        ActForm.CommandLineOf(Line, Values),
        "Make it",
        destroys: false,
        setting);

    private static IEnumerable<string> OfKind(string kind) => NoticeTypes.All.Where(type => type.StartsWith(kind, StringComparison.Ordinal));

    /// <summary>A field for each, since the command line has an option for each.</summary>
    private static string FieldOf(string pattern) => pattern.Replace('.', '_').Replace("*", "all", StringComparison.Ordinal);

    private Html Box(string pattern) =>
        $"""
        <label class="check"><input type="checkbox" name="{FieldOf(pattern)}" value="{pattern}"{Html.Flag("checked", Events.Contains(pattern))}>
        {pattern}{Html.If(pattern.EndsWith('*'), $"""<span class="muted">any of these</span>""")}</label>
        """;

    private Dictionary<string, string[]> Values
    {
        get
        {
            IEnumerable<(string Field, string Text)> typed =
                [("name", Name), ("url", Url), .. Events.Select(pattern => (FieldOf(pattern), pattern)), ("label", Label)];
            return typed.Where(one => one.Text.Length > 0).ToDictionary(one => one.Field, string[] (one) => [one.Text]);
        }
    }
}
