using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using VideoGen.Silo.Access;
using VideoGen.Silo.Dashboard.Board;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Tests.Dashboard;

/// <summary>What the list of tasks asks the index for.</summary>
public sealed class BoardViewTests
{
    /// <summary>Nothing that the address asks for leads out of the tasks that the key is for.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("team:a:x")]
    [InlineData("team:b")]
    public void TheLabelOfAKey_IsTheOneThatIsAskedFor(string asked)
    {
        var label = KeyValuePair.Create("team:a", "x");
        var caller = new Caller("looks", Role.Viewer, TaskState.NoLabels.SetItem(label.Key, label.Value));

        var view = BoardView.Of(new QueryCollection(new Dictionary<string, StringValues> { ["label"] = asked }), caller);

        Assert.Equal((label, label), (view.ToQuery().Label, view.ToCountQuery().Label));
        Assert.Equal(asked == "team:b", view.Problem is not null);
    }
}
