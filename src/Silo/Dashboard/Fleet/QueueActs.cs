using VideoGen.Silo.Access;
using VideoGen.Silo.Api;
using VideoGen.Silo.Dashboard.Acts;
using VideoGen.Silo.Dashboard.Markup;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Settings;
using VideoGen.Tasks.Workers;

namespace VideoGen.Silo.Dashboard.Fleet;

/// <summary>What people do with queues, limits and workers.</summary>
internal static class QueueActs
{
    private static readonly (string Value, string Words, TimeSpan? Time)[] Times =
    [
        ("", "until somebody resumes it", null),
        ("10m", "10 minutes", TimeSpan.FromMinutes(10)),
        ("1h", "1 hour", TimeSpan.FromHours(1)),
        ("8h", "8 hours", TimeSpan.FromHours(8)),
        ("24h", "a day", TimeSpan.FromDays(1)),
    ];

    public static void MapQueueActs(this IEndpointRouteBuilder routes)
    {
        var queues = routes.MapGroup("/queues/{act:regex(^(pause|resume|bound|limit|unlimit)$)}").Needs(Role.Operator).ExcludeFromDescription();
        queues.MapGet("", Ask).AnswerHead();
        queues.MapPost("", DoAsync).DisableAntiforgery();
        var drain = routes.MapGroup("/workers/{act:regex(^drain$)}").Needs(Role.Operator).ExcludeFromDescription();
        drain.MapGet("", Ask).AnswerHead();
        drain.MapPost("", DoAsync).DisableAntiforgery();
    }

    public static string TitleOf(string act) => act switch
    {
        "pause" => "Pause",
        "resume" => "Resume",
        "bound" => "Bound",
        "limit" => "Set",
        "unlimit" => "Remove",
        _ => "Drain",
    };

    private static IResult Ask(string act, string? name, HttpContext context, ActDesk desk) =>
        Form(context, act, name ?? "", desk.SettingOf(context, PlaceOf(act)));

    private static async Task<IResult> DoAsync(string act, HttpContext context, ActDesk desk, IGrainFactory grains, TimeProvider time)
    {
        var problem = await desk.CheckAsync(context);
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var name = form["name"].ToString().Trim();
        AuditTrail.NoteSubject(context, name);
        if (problem is null)
        {
            try
            {
                return ActDesk.Return(context, PlaceOf(act), await ActAsync(act, name, form, context.GetCaller().Name, grains, time.GetUtcNow()));
            }
            catch (ArgumentException exception)
            {
                problem = exception.Message;
            }
        }

        return Form(context, act, name, desk.SettingOf(context, PlaceOf(act), problem));
    }

    /// <summary>What became of it, for a person.</summary>
    /// <exception cref="ArgumentException">The form is out of bounds; the message says how.</exception>
    private static async Task<string> ActAsync(string act, string name, IFormCollection form, string by, IGrainFactory grains, DateTimeOffset now)
    {
        var settings = grains.GetGrain<IClusterSettingsGrain>(0);
        switch (act)
        {
            case "pause":
                var lasts = Times.FirstOrDefault(one => one.Value == form["for"]).Time;
                var pause = new QueuePause(name, by, form["reason"].ToString().Trim(), now, now + lasts);
                await settings.PauseQueueAsync(pause);
                return $"The {pause}.";
            case "resume":
                return await settings.ResumeQueueAsync(name) ? $"Queue {name} goes on." : $"Queue {name} is not paused.";
            case "bound":
                var bound = Number(form["most"], "The bound");
                await settings.SetBacklogAsync(name, bound);
                return $"Queue {name} takes new tasks while fewer than {bound ?? QueueBacklog.Usual} stages wait in it.";
            case "limit":
                var limit = new LimitDefinition(name) { MaxConcurrent = Number(form["max"], "The number of slots"), Rate = Rate(form["rate"]) };
                await settings.SetLimitAsync(limit);
                return $"Limit {name}: {limit}.";
            case "unlimit":
                return await settings.RemoveLimitAsync(name) ? $"Limit {name} is removed." : $"There is no limit {name}.";
            default:
                var told = await grains.GetGrain<IWorkerRegistryGrain>(0).DrainAsync(name);
                return told == 0 ? throw new ArgumentException($"No worker '{name}' is alive.")
                    : $"Worker {name} takes nothing more, and ends when it is done.";
        }
    }

    private static int? Number(string? text, string what) =>
        string.IsNullOrWhiteSpace(text) ? null : int.TryParse(text, out var number) ? number : throw new ArgumentException($"{what} is a whole number.");

    private static StartRate? Rate(string? text) => string.IsNullOrWhiteSpace(text) ? null
        : StartRate.TryParse(text.Trim(), out var rate) ? rate
        : throw new ArgumentException($"A rate is a number and a time, such as 60/min; '{text}' is not.");

    private static string PlaceOf(string act) => act == "drain" ? "/workers" : "/queues";

    private static IResult Form(HttpContext context, string act, string name, ActForm.Setting setting)
    {
        var (title, about, fields, line) = act switch
        {
            "pause" => ($"Pause queue {name}", "Nothing of it is started until it is resumed. What is at work goes on.", Pause,
                "queue pause {name} --reason {reason} --for {for}"),
            "resume" => ($"Resume queue {name}", "What waits in it is started again.", default(Html), "queue resume {name}"),
            "bound" => ($"Bound queue {name}", $"With so many stages that wait it takes no new tasks. Empty: {QueueBacklog.Usual}.", Most,
                "queue bound {name} --max {most}"),
            "limit" => (
                name.Length == 0 ? "Set a limit" : $"Set limit {name}",
                "It holds for all workers together. Stages name the limits that they count against.",
                Limit,
                "limit set {name} --max {max} --rate {rate}"),
            "unlimit" => ($"Remove limit {name}", "Stages that name it are held back by it no more.", default(Html), "limit remove {name}"),
            _ => ($"Drain worker {name}", "It takes nothing more, ends what it holds, and then ends itself.", default(Html), "worker drain {name}"),
        };
        var named = act == "limit"
            ? (Html)$"""<label class="field block"><span>Name</span><input name="name" value="{name}" maxlength="64" required autocomplete="off"></label>"""
            : $"""<input type="hidden" name="name" value="{name}">""";
        var place = act == "drain" ? "/workers/drain" : $"/queues/{act}";
        return ActDesk.Page(
            context,
            title,
            ActForm.Of(
                title,
                place,
                $"<p>{about}</p>",
                $"{named}{fields}",
                ActForm.CommandLineOf(line, new Dictionary<string, string[]> { ["name"] = name.Length == 0 ? [] : [name] }),
                TitleOf(act),
                act is "drain" or "unlimit",
                setting),
            setting.Status);
    }

    private static Html Pause =>
        $"""
        <label class="field block"><span>Why, for others to read</span><input name="reason" maxlength="{QueuePause.MaxReason}" required
        autocomplete="off"></label>
        <label class="field block"><span>For how long</span>
        <select name="for">{Times.Select(one => (Html)$"""<option value="{one.Value}">{one.Words}</option>""")}</select></label>
        """;

    private static Html Most => $"""<label class="field block"><span>Most that wait</span><input type="number" name="most" min="1"></label>""";

    private static Html Limit =>
        $"""
        <label class="field block"><span>Slots at the same time</span><input type="number" name="max" min="1" max="{LimitDefinition.MaxSlots}"></label>
        <label class="field block"><span>Rate</span><input name="rate" placeholder="60/min" autocomplete="off"></label>
        """;
}
