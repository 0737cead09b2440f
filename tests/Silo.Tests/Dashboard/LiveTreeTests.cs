using VideoGen.Silo.Dashboard.Live;
using VideoGen.Silo.Dashboard.Markup;

namespace VideoGen.Silo.Tests.Dashboard;

public sealed class LiveTreeTests
{
    [Fact]
    public void TextOfOthersIsEncodedAndMarkupIsNot()
    {
        Html row = $"""<b title="{"\"><script>"}">{"<!--[page-->"}</b>""";
        Html page = $"<p>{row}{new List<Html> { row }.Take(0)}{1.5}{(string?)null}</p>";

        Assert.Equal("""<p><b title="&quot;&gt;&lt;script&gt;">&lt;!--[page--&gt;</b>1.5</p>""", page.ToString());
    }

    [Fact]
    public void OnlyTheInnermostPartsThatDifferAreChanged()
    {
        var before = Tree("same", "a", "b");

        Assert.Empty(LiveTree.Difference(before, Tree("same", "a", "b")));
        Assert.Equal(["row-2"], LiveTree.Difference(before, Tree("same", "a", "c")));
        Assert.Equal(["list"], LiveTree.Difference(before, Tree("same", "a")));
        Assert.Equal(["page"], LiveTree.Difference(before, Tree("other", "a", "b")));
    }

    [Fact]
    public void APartWithinAnotherIsFoundOnce()
    {
        var tree = Tree("same", "a", "b");

        Assert.Equal(["list"], tree.Find(new HashSet<string> { "row-1", "list" }).Select(part => part.Id));
        Assert.Equal(["<li>b</li>"], tree.Find(new HashSet<string> { "row-2" }).Select(part => part.Markup));
    }

    [Fact]
    public void WhoComesBackIsToldWhatChangedSinceAndAStrangerEverything()
    {
        using var feed = new LiveFeed();
        feed.Publish(Drawing("a", "b"));
        var (first, all, _) = feed.Since(null);
        feed.Publish(Drawing("a", "c"));
        feed.Publish(Drawing("d", "c"));

        Assert.Contains("\"page\"", Text(all), StringComparison.Ordinal);
        var (last, patch, _) = feed.Since(first);
        Assert.Contains("\"row-1\",\"<li>d</li>\"", Text(patch), StringComparison.Ordinal);
        Assert.Contains("\"row-2\",\"<li>c</li>\"", Text(patch), StringComparison.Ordinal);
        Assert.DoesNotContain("\"page\"", Text(patch), StringComparison.Ordinal);
        Assert.Null(feed.Since(last).Patch);
        Assert.Contains("\"page\"", Text(feed.Since("of-another-silo").Patch), StringComparison.Ordinal);
    }

    [Fact]
    public void AChangeWakesWhoWaitsAndAnEqualPageDoesNot()
    {
        using var feed = new LiveFeed();
        feed.Publish(Drawing("a"));
        var changed = feed.Since(null).Changed;

        feed.Publish(Drawing("a"));
        Assert.False(changed.IsCompleted);
        feed.Publish(Drawing("b"));
        Assert.True(changed.IsCompleted);
    }

    private static Drawing Drawing(params string[] rows) => new("title", Page("same", rows));

    private static Html Page(string head, params string[] rows) =>
        $"<h1>{head}</h1>{Html.Live("list", $"<ul>{rows.Select((row, i) => Html.Live($"row-{i + 1}", $"<li>{row}</li>"))}</ul>")}";

    private static LiveTree Tree(string head, params string[] rows) => LiveTree.Of(Page(head, rows).ToString());

    private static string Text(ReadOnlyMemory<byte>? patch) => System.Text.Encoding.UTF8.GetString(patch!.Value.Span);
}
