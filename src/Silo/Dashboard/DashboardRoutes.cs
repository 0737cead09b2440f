using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.Client.Tasks;
using VideoGen.Silo.Access;
using VideoGen.Silo.Api;
using VideoGen.Silo.Dashboard.Acts;
using VideoGen.Silo.Dashboard.Assets;
using VideoGen.Silo.Dashboard.Board;
using VideoGen.Silo.Dashboard.Bulk;
using VideoGen.Silo.Dashboard.Charts;
using VideoGen.Silo.Dashboard.Fleet;
using VideoGen.Silo.Dashboard.Live;
using VideoGen.Silo.Dashboard.Notices;
using VideoGen.Silo.Dashboard.OneTask;
using VideoGen.Silo.Dashboard.Parts;
using VideoGen.Tasks;
using VideoGen.Tasks.Access;

namespace VideoGen.Silo.Dashboard;

/// <summary>
/// The pages for people. Each is drawn here, as plain HTML; at the same address a browser's script gets what changes on it. Acts are forms, so that they need
/// no script.
/// </summary>
internal static class DashboardRoutes
{
    public static void AddDashboard(this IServiceCollection services)
    {
        services.AddAntiforgery(antiforgery => antiforgery.Cookie.Name = "videogen-form");
        services.AddSingleton<LiveHub>();
        services.AddSingleton<LiveStream>();
        services.AddSingleton<ActDesk>();
        services.AddSingleton<BulkActs>();
        services.AddSingleton<Pulse>();
        services.AddHostedService(provider => provider.GetRequiredService<Pulse>());
    }

    public static void MapDashboard(this WebApplication app)
    {
        app.MapGroup("").AnswerHead().NeedsNothing().MapDashboardAssets();
        var pages = app.MapGroup("").AnswerHead().Needs(Role.Viewer).ExcludeFromDescription();
        pages.MapGet("/", (HttpContext context, HttpRequest request) => ShowAsync(context, BoardView.Of(request.Query, context.GetCaller()), "/"))
            .AppliesLabels();
        pages.MapGet("/tasks/{id}", ShowTaskAsync);
        pages.MapGet("/tasks/{id}/json", ShowJsonAsync);
        pages.MapGet("/workers", (HttpContext context, HttpRequest _) => ShowAsync(context, new WorkersView(MayAct(context)), "/workers"));
        pages.MapGet("/queues", (HttpContext context, HttpRequest _) => ShowAsync(context, new QueuesView(MayAct(context)), "/queues"));
        pages.MapGet("/charts", (HttpContext context, HttpRequest request) => ShowAsync(context, ChartsView.Of(request.Query), "/charts"));
        pages.MapGet(
            "/grains",
            (HttpContext context, HttpRequest request) => ShowAsync(context, GrainsView.Of(request.Query, OrleansPages.PathFor(context)), "/grains"));
        pages.MapGet("/webhooks", (HttpContext context, HttpRequest _) => ShowAsync(context, new WebhooksView(), WebhooksView.Place)).Needs(Role.Admin);
        pages.MapGet("/bulk/{id}", (string id, HttpContext context) => ShowAsync(context, new BulkView(id), "/"));
        pages.MapGet("/{**path}", (string? path, HttpContext context) => ShowAsync(context, Nothing, null));
        app.MapTaskActs();
        app.MapBulkActs();
        app.MapQueueActs();
        app.MapWebhookActs();
    }

    private static Drawing Nothing { get; } = new(
        "Nothing here · VideoGen",
        $"""<section class="empty"><h1>There is nothing here</h1><p>This address is none of this silo's. <a href="/">All tasks</a></p></section>""")
    {
        Status = StatusCodes.Status404NotFound,
    };

    private static bool MayAct(HttpContext context) => context.GetCaller().Role.Allows(Role.Operator);

    private static Task<IResult> ShowTaskAsync(string id, HttpContext context, ReadTokens tokens)
    {
        if (!TaskId.TryParse(id, out var task, out var problem))
        {
            return ShowAsync(context, TaskSource.Absence("No such task", problem!, StatusCodes.Status400BadRequest), "/");
        }

        SharedLinks.Keep(context, task, tokens);
        return ShowAsync(context, TaskView.Of(task, MayAct(context), context.Request.Query), "/");
    }

    private static async Task<IResult> ShowJsonAsync(string id, HttpContext context, PipelineClient tasks)
    {
        if (!TaskId.TryParse(id, out var task, out var problem))
        {
            return await ShowAsync(context, TaskSource.Absence("No such task", problem!, StatusCodes.Status400BadRequest), "/");
        }

        return await tasks.ReadAsync(task, context.RequestAborted) is { } snapshot
            ? await ShowAsync(context, new Drawing($"{task} · VideoGen", JsonMarkup.Of(task, snapshot, context.GetCaller())), "/")
            : await ShowAsync(context, TaskSource.Absence("No such task", $"There is no task {id}.", StatusCodes.Status404NotFound), "/");
    }

    private static async Task<IResult> ShowAsync(HttpContext context, LiveView view, string place)
    {
        var services = context.RequestServices;
        if (EventStream.IsAskedFor(context.Request))
        {
            return await services.GetRequiredService<LiveStream>().SendAsync(context, view, DashboardAssets.Program);
        }

        await using var source = view.Open(services);
        return Show(context, await source.DrawAsync(context.RequestAborted), place, isLive: true);
    }

    private static Task<IResult> ShowAsync(HttpContext context, Drawing drawing, string? place) =>
        Task.FromResult<IResult>(Show(context, drawing, place, isLive: false));

    private static ContentHttpResult Show(HttpContext context, Drawing drawing, string? place, bool isLive)
    {
        var said = ActDesk.TakeSaid(context);
        UnavailableStorage.Answer(context.Response, drawing.Status);
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers.Vary = "Accept, Cookie";
        var page = Frame.Of(drawing, place, isLive, said, context.IsAdmin());
        return TypedResults.Content(page.ToString(), "text/html; charset=utf-8", statusCode: drawing.Status);
    }
}
