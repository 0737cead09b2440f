using VideoGen.Silo.Access;
using VideoGen.Silo.Api;
using VideoGen.Silo.Dashboard.Acts;
using VideoGen.Silo.Dashboard.Markup;
using VideoGen.Silo.Webhooks;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.Notices;

namespace VideoGen.Silo.Dashboard.Notices;

/// <summary>What admins do with webhooks on the pages.</summary>
internal static class WebhookActs
{
    public static void MapWebhookActs(this IEndpointRouteBuilder routes)
    {
        var create = routes.MapGroup(WebhooksView.PlaceOfNew).Needs(Role.Admin).ExcludeFromDescription();
        create.MapGet("", AskForNew).AnswerHead();
        create.MapPost("", CreateAsync).DisableAntiforgery();
        var acts = routes.MapGroup(WebhooksView.Place + "/{act:regex(^(test|enable|replay|delete)$)}").Needs(Role.Admin).ExcludeFromDescription();
        acts.MapGet("", AskAsync).AnswerHead();
        acts.MapPost("", DoAsync).DisableAntiforgery();
    }

    private static IResult AskForNew(HttpContext context, ActDesk desk) =>
        Form(context, NewWebhookForm.Empty, desk.SettingOf(context, WebhooksView.Place));

    private static async Task<IResult> CreateAsync(HttpContext context, ActDesk desk, IGrainFactory grains, WebhookSender sender, TimeProvider time)
    {
        var problem = await desk.CheckAsync(context);
        var typed = NewWebhookForm.Of(await context.Request.ReadFormAsync(context.RequestAborted));
        AuditTrail.NoteSubject(context, typed.Name);
        if (problem is null && typed.ToRequest(out problem) is { } request)
        {
            var webhook = request.ToWebhook(Webhook.NewId(), time.GetUtcNow());
            problem = sender.Check(webhook);
            if (problem is null)
            {
                try
                {
                    await GrainOf(grains).AddAsync(webhook);
                    return ShowOnce(context, webhook);
                }
                catch (ArgumentException exception)
                {
                    problem = exception.Message;
                }
            }
        }

        return Form(context, typed, desk.SettingOf(context, WebhooksView.Place, problem));
    }

    private static async Task<IResult> AskAsync(string act, string? name, HttpContext context, ActDesk desk, IGrainFactory grains) =>
        await FindAsync(name ?? "", grains) is { } webhook
            ? Form(context, WebhookAct.Find(act)!, webhook, ReplayForm.Empty, desk.SettingOf(context, WebhooksView.Place))
            : Missing(context);

    private static async Task<IResult> DoAsync(string act, HttpContext context, ActDesk desk, IGrainFactory grains)
    {
        var problem = await desk.CheckAsync(context);
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var name = form["name"].ToString();
        AuditTrail.NoteSubject(context, name);
        var (chosen, replay) = (WebhookAct.Find(act)!, ReplayForm.Of(form));
        if (problem is null)
        {
            try
            {
                var (said, left) = chosen == WebhookAct.Replay ? await ReplayAsync(replay, name, grains) : (await ActAsync(chosen, name, grains), null);
                if (said is not null)
                {
                    return ActDesk.Return(context, WebhooksView.Place, said);
                }

                replay = left ?? replay;
            }
            catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
            {
                problem = exception.Message;
            }
        }

        return await FindAsync(name, grains) is { } webhook
            ? Form(context, chosen, webhook, replay, desk.SettingOf(context, WebhooksView.Place, problem))
            : Missing(context);
    }

    /// <summary>What became of it, for a person; null when there is no webhook of that name.</summary>
    private static async Task<string?> ActAsync(WebhookAct act, string name, IGrainFactory grains)
    {
        var webhooks = GrainOf(grains);
        if (act == WebhookAct.Test)
        {
            return await webhooks.TestAsync(name) is not { } test ? null
                : test.Delivered ? $"Webhook {name} took the test."
                : $"Webhook {name} did not take the test. {test.Problem}";
        }

        return act == WebhookAct.Enable
            ? await webhooks.EnableAsync(name) ? $"Webhook {name} is told of what happens from now on. Replay sends what it did not take." : null
            : await webhooks.RemoveAsync(name) ? $"Webhook {name} is deleted." : null;
    }

    /// <summary>What became of it when that was all; else what is left.</summary>
    private static async Task<(string? Said, ReplayForm? Left)> ReplayAsync(ReplayForm asked, string name, IGrainFactory grains)
    {
        var left = await asked.GoOnAsync(GrainOf(grains), name);
        return left is { After: null } ? (left.Outcome(name), null) : (null, left);
    }

    /// <summary>
    /// The answer to the form is the only page that has the secret: whoever asks for it anew sends the form again, and the name is taken. It is kept nowhere.
    /// </summary>
    private static IResult ShowOnce(HttpContext context, Webhook webhook)
    {
        var title = $"Webhook {webhook.Name} is made";
        return ActDesk.Page(
            context,
            title,
            $"""
            <section id="act" class="act"><h1>{title}</h1>
            <p>This secret signs the notices to it. Give it to the subscriber now: it is shown this once, and nobody can look it up later.</p>
            <div class="same"><p class="command"><code id="secret">{webhook.Secret}</code><button type="button" class="copy" data-copy
            aria-label="Copy the secret">Copy</button></p></div>
            <p class="muted same">It is told of what happens five seconds from now on. Test it to see whether it takes notices.</p>
            <p class="buttons"><a class="button main" href="{WebhooksView.Place}" autofocus>I have kept it</a></p></section>
            """,
            StatusCodes.Status200OK);
    }

    private static IResult Form(HttpContext context, NewWebhookForm typed, ActForm.Setting setting) =>
        ActDesk.Page(context, NewWebhookForm.Title, typed.Draw(setting), setting.Status);

    private static IResult Form(HttpContext context, WebhookAct act, Webhook webhook, ReplayForm replay, ActForm.Setting setting)
    {
        var title = $"{act.Title} webhook {webhook.Name}";
        return ActDesk.Page(
            context,
            title,
            ActForm.Of(
                title,
                $"{WebhooksView.Place}/{act.Name}",
                $"<p>{act.Explanation}</p>",
                $"""
                <p class="names">{ShownAddress.Of(webhook.Url)}</p><input type="hidden" name="name" value="{webhook.Name}">
                {Html.If(act == WebhookAct.Replay, replay.Fields(webhook.Name))}
                """,
                ActForm.CommandLineOf(act.Line, replay.Values(webhook.Name)),
                replay.After is null ? act.Title : "Go on",
                act.Destroys,
                setting),
            setting.Status);
    }

    private static IResult Missing(HttpContext context) => ActDesk.Page(
        context,
        "No such webhook",
        $"""
            <section id="act" class="act"><h1>No such webhook</h1><p>There is no webhook of that name; somebody may have deleted it.</p>
            <p class="buttons"><a class="button" data-close href="{WebhooksView.Place}" autofocus>All webhooks</a></p></section>
            """,
        StatusCodes.Status404NotFound);

    private static async Task<Webhook?> FindAsync(string name, IGrainFactory grains) =>
        (await GrainOf(grains).ReadAsync()).All.FirstOrDefault(webhook => webhook.Name == name);

    private static IWebhooksGrain GrainOf(IGrainFactory grains) => grains.GetGrain<IWebhooksGrain>(0);
}
