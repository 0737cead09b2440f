using System.Net;
using VideoGen.Silo.Tests.Access;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Tests.Events;

/// <summary>A stream of tasks tells a key no more than its list does.</summary>
public sealed class TaskViewAccessTests(LockedSilo silo) : IClassFixture<LockedSilo>
{
    [Fact]
    public async Task AKeyWithALabelIsToldOfItsTasksAlone()
    {
        var mine = TaskState.NoLabels.SetItem("team", "red");
        var task = await VideoTask.CreateAsync(silo.Application, "theirs-1", mine);
        await VideoTask.CreateAsync(silo.Application, "others-1", mine.SetItem("team", "blue"));
        var all = await silo.CreateKeyAsync(Role.Viewer);
        var key = await silo.CreateKeyAsync(Role.Viewer, ("team", "red"));
        await using var everything = await ViewReader.OpenAsync(silo.Http, "", key: all);
        await using var reader = await ViewReader.OpenAsync(silo.Http, "", key: key);
        Assert.Equal("snapshot first: others-1, theirs-1", await everything.NextTextAsync());
        Assert.Equal("snapshot first: theirs-1", await reader.NextTextAsync());

        await VideoTask.CreateAsync(silo.Application, "others-2", mine.SetItem("team", "blue"));
        await VideoTask.CreateAsync(silo.Application, "theirs-2", mine);
        Assert.Equal("entered theirs-2", await reader.NextTextAsync());

        // A task that loses the label is none of theirs any more.
        await silo.Application.SendAsync(task.Id, new AmendTask { Labels = mine.SetItem("team", "blue") });
        Assert.Equal("left theirs-1", await reader.NextTextAsync());

        using var asked = await ViewReader.AskAsync(silo.Http, "?label=team:blue", key: key);
        Assert.Equal(HttpStatusCode.Forbidden, asked.StatusCode);
        using var nobody = await ViewReader.AskAsync(silo.Http, "");
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
    }
}
