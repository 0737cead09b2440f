using VideoGen.Client.Display;
using VideoGen.Silo.Dashboard.Markup;
using VideoGen.Silo.Dashboard.Parts;
using VideoGen.Tasks;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Dashboard.OneTask;

/// <summary>The stages as a graph: what stands further to the right needs what stands to the left. A group is one node.</summary>
internal static class GraphMarkup
{
    private const int Width = 152;

    private const int Height = 46;

    private const int Across = 36;

    private const int Down = 16;

    /// <summary>Of a larger pipeline the list of stages says as much.</summary>
    private const int MaxNodes = 60;

    private const int MaxTitle = 15;

    public static Html Of(TaskState state)
    {
        var branches = StageTree.Of(state).ToList();
        if (branches.Count is < 2 or > MaxNodes || state.Pipeline is null)
        {
            return $"""<div id="graph" hidden></div>""";
        }

        var byName = branches.ToDictionary(branch => branch.Stage.Name);
        var columns = new Dictionary<StageName, int>();
        foreach (var branch in branches)
        {
            ColumnOf(branch.Stage.Name, byName, columns);
        }

        var places = branches
            .GroupBy(branch => columns[branch.Stage.Name])
            .SelectMany(column => column.Select((branch, row) => (branch, X: column.Key * (Width + Across), Y: row * (Height + Down))))
            .ToDictionary(place => place.branch.Stage.Name, place => (place.X, place.Y));
        var (wide, high) = (places.Values.Max(place => place.X) + Width, places.Values.Max(place => place.Y) + Height);
        return Draw.Panel(
            "graph",
            "Graph",
            $"""
            <div class="scroll-x" tabindex="0" role="group" aria-label="Graph of the stages">
            <svg class="graph" width="{wide + 2}" height="{high + 2}" viewBox="-1 -1 {wide + 2} {high + 2}" role="img" aria-label="{Words(branches)}">
            {branches.SelectMany(branch => Before(branch, byName).Select(before => Edge(places[before.Stage.Name], places[branch.Stage.Name],
                before.Stage.Status)))}
            {branches.Select(branch => Node(branch, places[branch.Stage.Name]))}
            </svg></div>
            """);
    }

    private static string Words(IEnumerable<StageTree> branches) =>
        string.Join(", ", branches.Select(branch => $"{StageTitles.Of(branch.Stage.Name)} {branch.Stage.Status.ToWireName()}"));

    private static IEnumerable<StageTree> Before(StageTree branch, Dictionary<StageName, StageTree> byName) =>
        (branch.Stage.Plan?.Dependencies ?? []).Concat(branch.Members.SelectMany(member => member.Plan?.Dependencies ?? []))
            .Select(name => byName.GetValueOrDefault(name) ?? (name.Group is { } group ? byName.GetValueOrDefault(group) : null))
            .OfType<StageTree>()
            .Where(before => before != branch)
            .Distinct();

    private static int ColumnOf(StageName name, Dictionary<StageName, StageTree> byName, Dictionary<StageName, int> columns)
    {
        if (!columns.TryGetValue(name, out var column))
        {
            // Against a ring, which no pipeline of ours has.
            columns[name] = 0;
            columns[name] = column = Before(byName[name], byName).Select(before => ColumnOf(before.Stage.Name, byName, columns) + 1).DefaultIfEmpty(0).Max();
        }

        return column;
    }

    private static Html Edge((int X, int Y) from, (int X, int Y) to, RunStatus status)
    {
        var (x1, y1, x2, y2) = (from.X + Width, from.Y + (Height / 2), to.X, to.Y + (Height / 2));
        var middle = (x1 + x2) / 2;
        return $"""<path class="edge {status.ToWireName()}" d="M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}"></path>""";
    }

    private static Html Node(StageTree branch, (int X, int Y) at)
    {
        var stage = branch.Stage;
        var title = StageTitles.Of(stage.Name);
        var below = branch is { IsGroup: true, Members.IsEmpty: true } ? "no scenes yet"
            : branch.IsGroup ? $"{branch.MembersDone} of {branch.Members.Length}"
            : stage.Skipped is not null ? "skipped"
            : stage.Status == RunStatus.Running ? $"{Percent.Of(stage.Progress)} %"
            : stage.Status.ToWireName();
        var done = (int)(stage.Progress * (Width - 2));
        return $"""
            <g class="node {stage.Status.ToWireName()}" transform="translate({at.X} {at.Y})"><title>{stage.Name}</title>
            <rect width="{Width}" height="{Height}" rx="9"></rect>
            {Html.If(stage.Status == RunStatus.Running, $"""<rect class="done" x="1" y="{Height - 4}" width="{done}" height="3" rx="1.5"></rect>""")}
            <svg x="12" y="15" width="16" height="16" viewBox="0 0 16 16"><use
            href="{Assets.DashboardAssets.Link("icons.svg")}#{(stage.Skipped is null ? stage.Status.ToWireName() : "skipped")}"></use></svg>
            <text x="38" y="20">{(title.Length > MaxTitle ? $"{title[..(MaxTitle - 1)]}…" : title)}</text><text class="below" x="38" y="36">{below}</text>
            </g>
            """;
    }
}
