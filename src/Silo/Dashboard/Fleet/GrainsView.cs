using System.Globalization;
using Orleans.Runtime;
using VideoGen.Silo.Dashboard.Live;
using VideoGen.Silo.Dashboard.Markup;
using VideoGen.Silo.Dashboard.Parts;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Silo.Dashboard.Fleet;

/// <summary>The page of the silos and of what lives in them.</summary>
/// <param name="Asked">The task whose grain is looked for; null for none.</param>
/// <param name="More">Where who looks finds Orleans' own dashboard; null for nowhere.</param>
internal sealed record GrainsView(string? Asked, string? More = null) : LiveView
{
    private const int MaxAsked = 128;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    public static GrainsView Of(IQueryCollection query, string? more) =>
        new(query["task"].ToString().Trim() is { Length: > 0 and <= MaxAsked } asked ? asked : null, more);

    public override ILiveSource Open(IServiceProvider services)
    {
        var grains = services.GetRequiredService<IGrainFactory>();
        var management = grains.GetGrain<IManagementGrain>(0);
        return new PolledSource("Silos and grains", Every, services.GetRequiredService<TimeProvider>(), async cancellationToken =>
        {
            var silos = await management.GetDetailedHosts(onlyActive: true, cancellationToken);
            var kinds = await management.GetSimpleGrainStatistics(cancellationToken);
            return Of(silos, kinds, await FindAsync(grains, management));
        });
    }

    private async Task<Html> FindAsync(IGrainFactory grains, IManagementGrain management)
    {
        if (Asked is null)
        {
            return default;
        }

        if (!TaskId.TryParse(Asked, out var task, out var problem))
        {
            return Draw.Problem(problem);
        }

        if (await grains.GetGrain<ITaskReaderGrain>(0).ReadAsync(task) is not { } snapshot)
        {
            return Draw.Problem($"There is no task {task}.");
        }

        var place = await management.GetActivationAddress(grains.GetGrain<ITaskStateGrain>(task.Value));
        return $"""
            <dl class="facts wide">
            <dt>Task</dt><dd><a class="id" href="/tasks/{task}">{task}</a></dd>
            <dt>Silo</dt><dd><code>{place?.ToString() ?? "none: it is in no memory now"}</code></dd>
            <dt>Version</dt><dd>{snapshot.Version}</dd><dt>Writes</dt><dd>{snapshot.Writes}</dd><dt>ETag</dt><dd><code>{snapshot.ETag}</code></dd>
            <dt>Document</dt><dd>{Wording.Size(snapshot.Json.Length)} · <a href="/tasks/{task}/json">look at it</a></dd>
            </dl>
            """;
    }

    private Html Of(MembershipEntry[] silos, SimpleGrainStatistic[] kinds, Html found)
    {
        var bySilo = kinds.ToLookup(kind => kind.SiloAddress);
        var byType = kinds.GroupBy(kind => Short(kind.GrainType),
            StringComparer.Ordinal).OrderByDescending(type => type.Sum(one => one.ActivationCount)).ToList();
        return $"""
            <form class="tools" method="get" action="/grains" role="search" aria-label="The grain of a task">
            <label class="field wide"><span>Grain of task</span><input type="search" name="task" value="{Asked}" autocomplete="off" spellcheck="false"></label>
            <button class="button">Inspect</button>{Html.If(More is not null, $"""<a class="button" href="{More}">Orleans’ own dashboard</a>""")}</form>
            {Html.Live("found", $"""<div id="found"{Html.Flag("hidden", found.IsEmpty)} class="panel">{found}</div>""")}
            <ul class="rows" aria-label="Silos">{silos.Select(silo => Silo(silo, bySilo[silo.SiloAddress].Sum(kind => kind.ActivationCount)))}</ul>
            {Html.Live("kinds", Draw.Panel("kinds", "Grains in memory", $"""
                <div class="scroll-x" tabindex="0" role="group" aria-label="Grains in memory"><table>
                <thead><tr><th scope="col">kind</th><th scope="col">in all</th>
                {silos.Select(silo => (Html)$"""<th scope="col">{silo.SiloAddress}</th>""")}</tr></thead>
                <tbody>{byType.Select(type => (Html)$"""
                    <tr><th scope="row">{type.Key}</th><td>{Number(type.Sum(one => one.ActivationCount))}</td>{silos.Select(silo => (Html)$"""
                        <td>{Number(type.Where(one => one.SiloAddress.Equals(silo.SiloAddress)).Sum(one => one.ActivationCount))}</td>
                        """)}</tr>
                    """)}</tbody></table></div>
                """))}
            """;
    }

    private static Html Silo(MembershipEntry silo, int grains)
    {
        var id = $"silo-{silo.SiloAddress.ToString().Replace(':', '-').Replace('@', '-')}";
        return Html.Live(
            id,
            $"""
            <li class="row" id="{id}"><div class="row-head"><h2 class="id">{silo.SiloAddress}</h2>
            <span class="badge completed">{Draw.Icon("completed")}{silo.Status.ToString().ToLowerInvariant()}</span>
            <span class="muted">{silo.HostName}</span></div>
            <p class="about"><span>{Number(grains)} grains in memory</span>
            <span>started {Draw.Moment(new DateTimeOffset(silo.StartTime, TimeSpan.Zero))}</span></p></li>
            """);
    }

    /// <summary>Without namespace and assembly.</summary>
    private static string Short(string type)
    {
        var name = type.Split(',')[0];
        return name[(name.LastIndexOf('.') + 1)..];
    }

    private static string Number(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
