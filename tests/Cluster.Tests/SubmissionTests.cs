using VideoGen.Cluster.Tests.Processes;

namespace VideoGen.Cluster.Tests;

/// <summary><c>videogen submit</c> for a task that is there already, and while it waits. No worker runs, so nothing happens but what is asked for.</summary>
public sealed class SubmissionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly VideoGenCommand _videogen;

    public SubmissionTests()
    {
        _videogen = new VideoGenCommand(_folder.File("data"));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ATaskThatIsKnownIsSaidWithItsStatusAndTakesThePriorityThatIsAskedForNow()
    {
        var document = _folder.Write("note.md", Documents.Note);
        await using var redis = await RedisServer.StartAsync();
        await using var silo = await _videogen.StartSiloAsync("--redis", redis.Address, "--fast-membership");
        string[] submit = ["submit", document, "--id", "note", "--redis", redis.Address];
        var (first, said) = await _videogen.RunAsync(submit);
        Assert.True(first == 0, said);

        (_, said) = await _videogen.RunAsync([.. submit, "--priority", "7"]);
        Assert.Contains("Task note is known already; it is pending.", said, StringComparison.Ordinal);
        Assert.Contains("Its priority is 7 now; it was 0.", said, StringComparison.Ordinal);
        (_, said) = await _videogen.RunAsync("priority", "note", "-3", "--redis", redis.Address);
        Assert.Contains("Task note has its new priority.", said, StringComparison.Ordinal);
        (_, said) = await _videogen.RunAsync("show", "note", "--redis", redis.Address);
        Assert.Contains("Priority  -3", said, StringComparison.Ordinal);

        (var noStage, said) = await _videogen.RunAsync("skip", "note", "no_stage", "--redis", redis.Address);
        Assert.True(noStage == 3, said);
        Assert.Contains("Task note: The task has no stage 'no_stage'.", said, StringComparison.Ordinal);
        (_, said) = await _videogen.RunAsync("retry", "note", "--now", "--redis", redis.Address);
        Assert.Contains("No stage waits for its next attempt.", said, StringComparison.Ordinal);

        await _videogen.RunAsync("cancel", "note", "--redis", redis.Address);
        var (waited, end) = await _videogen.RunAsync([.. submit, "--wait", "-o", _folder.File("note.mp4")]);
        Assert.Equal(130, waited);
        Assert.Contains($"'videogen retry note --redis {redis.Address}' goes on", end, StringComparison.Ordinal);
        Assert.DoesNotContain("The same command", end, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CtrlCOfACommandThatWaitsSaysThatTheTaskGoesOn()
    {
        var document = _folder.Write("note.md", Documents.Note);
        await using var redis = await RedisServer.StartAsync();
        await using var silo = await _videogen.StartSiloAsync("--redis", redis.Address, "--fast-membership");

        Assert.True(
            await SaysThatItGoesOnAsync(document, "note", redis) || await SaysThatItGoesOnAsync(document, "another", redis),
            "The command did not come to an end in time.");
    }

    /// <summary>False when the command came to the end of its time before it could say anything, and said so.</summary>
    private async Task<bool> SaysThatItGoesOnAsync(string document, string task, RedisServer redis)
    {
        await using var submission = _videogen.Start(["submit", document, "--id", task, "--redis", redis.Address, "--wait"], _folder.Path);
        await submission.WaitForLineAsync($"Task {task}");

        await submission.SignalAsync("INT");

        Assert.Equal(130, await submission.WaitForExitAsync());
        if (HurriedEnd.IsOf(submission, 130))
        {
            return false;
        }

        Assert.Contains($"'videogen watch {task} --redis {redis.Address}'", submission.Output, StringComparison.Ordinal);
        Assert.Contains($"'videogen cancel {task} --redis {redis.Address}'", submission.Output, StringComparison.Ordinal);
        var (_, said) = await _videogen.RunAsync("show", task, "--redis", redis.Address);
        Assert.Contains("Status    pending", said, StringComparison.Ordinal);
        return true;
    }

    /// <summary>The cluster has the task in memory; what is written beside it is not seen there.</summary>
    [Fact]
    public async Task ACommandBesideAClusterThatHoldsTheStoreIsRefusedByName()
    {
        var document = _folder.Write("note.md", Documents.Note);
        await using var redis = await RedisServer.StartAsync();
        await using var silo = await _videogen.StartSiloAsync("--redis", redis.Address, "--fast-membership");
        await _videogen.RunAsync("submit", document, "--id", "note", "--redis", redis.Address);

        foreach (var (command, remedy) in ((string[] Command, string Remedy)[])
            [
                (["cancel", "note"], $"add --redis {redis.Address}."),
                (["run", document, "-o", _folder.File("note.mp4")], $"'videogen submit --redis {redis.Address}'"),
                (["import", _folder.Path], "Stop its silos"),
            ])
        {
            var (exitCode, said) = await _videogen.RunAsync(command);
            Assert.True(exitCode == 4, said);
            Assert.Contains($"(process {silo.Id} on ", said, StringComparison.Ordinal);
            Assert.Contains(remedy, said, StringComparison.Ordinal);
        }

        var (_, listed) = await _videogen.RunAsync("list");
        Assert.Contains("note  pending", listed, StringComparison.Ordinal);
        var (other, refused) = await _videogen.RunAsync("silo", "--redis", redis.Address, "--cluster", "another");
        Assert.True(other == 4, refused);
        Assert.Contains("is held by the cluster 'videogen'", refused, StringComparison.Ordinal);

        await silo.KillAsync();
        var (cancelled, answer) = await _videogen.RunAsync("cancel", "note");
        Assert.True(cancelled == 0, answer);
    }
}
