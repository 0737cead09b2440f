using VideoGen.Silo.Dashboard.Markup;

namespace VideoGen.Silo.Dashboard.Live;

/// <summary>A drawn page, cut into the parts that are marked as changing by themselves.</summary>
internal sealed class LiveTree
{
    public const string RootId = "page";

    private LiveTree(string id, string markup, string rest, IReadOnlyList<LiveTree> parts)
    {
        Id = id;
        Markup = markup;
        Rest = rest;
        Parts = parts;
    }

    public string Id { get; }

    /// <summary>All of it, for a browser.</summary>
    public string Markup { get; }

    /// <summary>What stands between the parts, with a mark for each of them.</summary>
    private string Rest { get; }

    private IReadOnlyList<LiveTree> Parts { get; }

    public static LiveTree Of(string markup)
    {
        var position = 0;
        return Read(RootId, markup, ref position);
    }

    /// <summary>The innermost parts that differ: changing these in the older page makes it the newer one.</summary>
    public static IReadOnlyList<string> Difference(LiveTree before, LiveTree after)
    {
        var changed = new List<string>();
        Compare(before, after, changed);
        return changed;
    }

    /// <summary>The parts of these ids, in the order of the page; none within another of them.</summary>
    public IEnumerable<LiveTree> Find(IReadOnlySet<string> ids) => ids.Contains(Id) ? [this] : Parts.SelectMany(part => part.Find(ids));

    private static void Compare(LiveTree before, LiveTree after, List<string> changed)
    {
        if (before.Markup == after.Markup)
        {
            return;
        }

        if (before.Rest != after.Rest)
        {
            changed.Add(after.Id);
            return;
        }

        // Equal rests name the same parts in the same order.
        for (var i = 0; i < after.Parts.Count; i++)
        {
            Compare(before.Parts[i], after.Parts[i], changed);
        }
    }

    private static LiveTree Read(string id, string text, ref int position)
    {
        var start = position;
        var rest = new System.Text.StringBuilder();
        var parts = new List<LiveTree>();
        while (true)
        {
            var mark = text.IndexOf("<!--", position, StringComparison.Ordinal);
            if (mark < 0 || IsAt(text, mark, Html.Closing))
            {
                var end = mark < 0 ? text.Length : mark;
                rest.Append(text, position, end - position);
                position = mark < 0 ? end : After(text, mark);
                return new LiveTree(id, text[start..end], rest.ToString(), parts);
            }

            rest.Append(text, position, mark - position);
            position = After(text, mark);
            var name = text[(mark + Html.Opening.Length)..(position - Html.End.Length)];
            rest.Append(Html.Opening).Append(name).Append(Html.End);
            parts.Add(Read(name, text, ref position));
        }
    }

    private static bool IsAt(string text, int position, string wanted) => string.CompareOrdinal(text, position, wanted, 0, wanted.Length) == 0;

    private static int After(string text, int mark) => text.IndexOf(Html.End, mark, StringComparison.Ordinal) + Html.End.Length;
}
