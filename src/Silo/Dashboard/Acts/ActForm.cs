using System.Text.RegularExpressions;
using VideoGen.Client.Display;
using VideoGen.Silo.Dashboard.Markup;
using VideoGen.Silo.Dashboard.Parts;
using VideoGen.Tasks;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Dashboard.Acts;

/// <summary>
/// The form of an act: what it does, what it asks, the same as a command line, and the button. It is a page, and opens over another one as well.
/// </summary>
internal static partial class ActForm
{
    /// <summary>Stages that one form lists; a person who wants another one names it on the command line.</summary>
    private const int MaxStages = 300;

    /// <summary>What every form needs.</summary>
    /// <param name="Token">The hidden field that proves that the form is ours.</param>
    /// <param name="Back">The page to come back to.</param>
    /// <param name="Problem">What was wrong with the form before; null at first.</param>
    internal sealed record Setting(Html Token, string Back, string? Problem = null)
    {
        public int Status => Problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest;
    }

    public static Html OfTask(TaskAct act, TaskState state, IReadOnlyCollection<StageName> chosen, Setting setting)
    {
        var values = new Dictionary<string, string[]>
        {
            ["id"] = [state.TaskId.Value],
            ["stage"] = [.. chosen.Select(stage => stage.Value)],
            ["priority"] = [$"{state.Priority}"],
        };
        return Of(
            $"{act.Title} {state.TaskId}",
            $"/tasks/{state.TaskId}/acts/{act.Name}",
            $"<p>{act.Explanation}</p>",
            $"""
            {Id(state.TaskId.Value)}
            {Html.If(act.Name == "pause" && state.Stages.Any(one => one.Lease is not null), $"""
                <label class="check"><input type="checkbox" name="after"> Let stages at work come to their end first</label>
                """)}
            {Html.If(act.ChoosesStages, Stages(act, state, chosen))}
            {Html.If(act.Name == "priority", Number(state.Priority))}
            {Html.If(act.AsksWhy, Reason)}
            """,
            CommandLineOf(act.Line, values),
            act.Title,
            act.Destroys,
            setting);
    }

    /// <summary>A form that asks whether to go on.</summary>
    /// <param name="title">What is about to be done, to what.</param>
    /// <param name="action">Where it goes.</param>
    /// <param name="about">What it does.</param>
    /// <param name="fields">What it asks.</param>
    /// <param name="line">The same on the command line.</param>
    /// <param name="verb">On the button.</param>
    /// <param name="destroys">Whether work is lost.</param>
    /// <param name="setting">What every form needs.</param>
    public static Html Of(string title, string action, Html about, Html fields, Html line, string verb, bool destroys, Setting setting) =>
        $"""
        <form id="act" class="act" method="post" action="{action}">
        <h1>{title}</h1>
        {Draw.Problem(setting.Problem)}
        {about}
        {fields}
        <div class="same"><p class="muted">The same on the command line</p>{line}</div>
        {setting.Token}<input type="hidden" name="back" value="{setting.Back}">
        <p class="buttons"><button class="button main{(destroys ? " risky" : "")}"{Html.Flag("autofocus", !destroys)}>{verb}</button>
        <a class="button" data-close href="{setting.Back}"{Html.Flag("autofocus", destroys)}>Leave it</a></p>
        </form>
        """;

    /// <summary>What stands for the task on the command line, for the script that keeps that line.</summary>
    public static Html Id(string id) => $"""<input type="hidden" name="id" value="{id}">""";

    public static Html Reason =>
        $"""
        <label class="field block"><span>Why <span class="muted">(for those who ask later)</span></span>
        <input name="reason" maxlength="500" autocomplete="off"></label>
        """;

    public static Html Number(int priority) =>
        $"""
        <label class="field block"><span>Priority</span>
        <input type="number" name="priority" min="-{Limits.MaxPriority}" max="{Limits.MaxPriority}" value="{priority}" required></label>
        """;

    /// <summary>
    /// The command line with the fields that have values; the script keeps it so while somebody fills in the form. A word that would be taken for an option
    /// stands last, with all that follow it, behind a double dash.
    /// </summary>
    /// <param name="line">With the names of fields in braces.</param>
    /// <param name="values">By the names of their fields, each a list of words. A box that is ticked is "on".</param>
    public static Html CommandLineOf(string line, IReadOnlyDictionary<string, string[]> values)
    {
        var last = "";
        var filled = Fields().Replace(line, match =>
        {
            if (values.GetValueOrDefault(match.Groups[2].Value) is not [_, ..] given)
            {
                return "";
            }

            var (option, words, isDashed) = (match.Groups[1].Value, string.Join(' ', given.Select(Quote)), given.Any(Dashed().IsMatch));
            if (option.Length > 0)
            {
                return words == "on" ? $" {option}" : $" {option}{(isDashed ? '=' : ' ')}{words}";
            }

            if (last.Length == 0 && !isDashed)
            {
                return $" {words}";
            }

            last = $"{(last.Length == 0 ? " --" : last)} {words}";
            return "";
        });
        return Draw.CommandLine($"videogen {filled}{last}", $" data-line=\"videogen {line}\"");
    }

    /// <summary>One word of a command line: what a shell would take for something else stands in quotes.</summary>
    private static string Quote(string text) => Plain().IsMatch(text) ? text : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static Html Stages(TaskAct act, TaskState state, IReadOnlyCollection<StageName> chosen)
    {
        var type = act.OneStage ? "radio" : "checkbox";
        var stages = state.Stages.Where(stage => !act.OneStage || (stage.Status != RunStatus.Completed && stage.Plan is not { Critical: true })).ToList();
        return $"""
            <fieldset class="choose"><legend>{(act.OneStage ? "Which stage" : "Chosen stages (none: what did not complete)")}</legend>
            <div class="scroll" tabindex="0" role="group" aria-label="Stages">
            {stages.Take(MaxStages).Select(stage => (Html)$"""
                <label class="check"><input type="{type}" name="stage" value="{stage.Name}"{Html.Flag("checked", chosen.Contains(stage.Name))}>
                {Draw.Icon(stage.Status.ToWireName())} {StageTitles.InText(stage.Name)}<span class="unseen">, {stage.Status.ToWireName()}</span></label>
                """)}
            {Html.If(stages.Count == 0, $"""<p class="muted">There is none.</p>""")}
            {Html.If(stages.Count > MaxStages, $"""<p class="muted">{stages.Count - MaxStages} more; name those on the command line.</p>""")}
            </div></fieldset>
            """;
    }

    [GeneratedRegex(@" ?(--[\w-]+)? ?\{(\w+)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Fields();

    /// <summary>A number is none: no option is called so.</summary>
    [GeneratedRegex("^-[^0-9]", RegexOptions.CultureInvariant)]
    private static partial Regex Dashed();

    [GeneratedRegex(@"^[A-Za-z0-9_.:@%+=,/-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();
}
