using System.Collections.Immutable;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;

namespace VideoGen.Grains.Tests.Cluster;

/// <summary>Commands that a sender in another language, or one with bad intent, could make.</summary>
internal static class MalformedCommands
{
    /// <summary>Well-formed but for one thing each.</summary>
    public static IEnumerable<TaskCommand?> For(TaskId task)
    {
        var create = new CreateTask(task, JsonText.EmptyObject, null);
        var stage = new StageDefinition { Name = "work" };
        var complete = new CompleteStage("work", null);
        var artifact = new Artifact("voice.wav", "task/work/voice.wav", 1, "", "audio/wav");
        var addresses = ImmutableSortedDictionary<string, string>.Empty;
        ImmutableArray<StageDefinition> stages =
        [
            null!, stage with { Name = default }, stage with { Name = Forged.Stage("a\0b") },
            stage with { DependsOn = default }, stage with { DependsOn = [default] }, stage with { DependsOn = [Forged.Stage("a\nb")] },
            stage with { Needs = default }, stage with { Needs = [null!] }, stage with { Needs = ["a\nb"] },
            stage with { Queue = null! }, stage with { Queue = "a\nb" },
            stage with { Limits = [null!] }, stage with { Limits = [new StageLimit(null!)] }, stage with { Limits = [new StageLimit("a\nb")] },
            stage with { Limits = [new StageLimit("a:b")] }, stage with { Limits = [new StageLimit("gpu", 0)] },
            stage with { Limits = [new StageLimit("gpu"), new StageLimit("gpu", 2)] },
            stage with { Limits = [.. Enumerable.Range(0, StageLimit.MaxPerStage + 1).Select(i => new StageLimit($"limit-{i}"))] },
            stage with { Retry = null! }, stage with { Retry = new RetryPolicy { NonRetryableCodes = [null!] } },
        ];
        return
        [
            null,
            create with { TaskId = TaskId.Parse("another") },
            create with { InputConfig = default },
            create with { Labels = null! },
            create with { Labels = addresses.Add("a\nb", "value") },
            create with { Labels = addresses.Add("key", "a\u001b[2Jb") },
            create with { Labels = addresses.Add("key", null!) },
            create with { FairShare = new FairShare(null!) },
            create with { FairShare = new FairShare("") },
            create with { FairShare = new FairShare("a\nb") },
            create with { FairShare = new FairShare(new string('a', Limits.MaxFairKeyLength + 1)) },
            create with { FairShare = new FairShare("tenant", 0.001) },
            create with { FairShare = new FairShare("tenant", 1_001) },
            create with { FairShare = new FairShare("tenant", double.NaN) },
            create with { Pipeline = new PipelineDefinition { Name = null!, Stages = [stage] } },
            create with { Pipeline = new PipelineDefinition { Name = "a\nb", Stages = [stage] } },
            create with { Pipeline = new PipelineDefinition { Name = "test", Stages = default } },
            .. stages.Select(odd => create with { Pipeline = new PipelineDefinition { Name = "test", Stages = [odd] } }),
            new AddStage(default),
            new AddStage(Forged.Stage("a\u001b[2Jb")),
            new StartStage(default, null, TimeSpan.Zero),
            new StartStage("work", new WorkerId(null!, Guid.NewGuid()), TimeSpan.FromSeconds(30)),
            new StartStage("work", new WorkerId("a\nb", Guid.NewGuid()), TimeSpan.FromSeconds(30)),
            new ReportProgress(default, null, 0.5, null),
            new ReportProgress("work", null, 0.5, null) { Unit = "a\nb", UnitCount = 1 },
            new ReportProgress(default, null, 0.5, null) { Durable = true },
            complete with { Stage = default },
            complete with { Stage = Forged.Stage("a:b:c") },
            complete with { Artifacts = default },
            complete with { FanOut = default },
            complete with { Warnings = default },
            complete with { Warnings = [null!] },
            complete with { ArtifactAddresses = null! },
            complete with { ArtifactAddresses = addresses.Add("a\nb", "x") },
            complete with { ArtifactAddresses = addresses.Add("a", "x\u001b[2J") },
            complete with { Artifacts = [null!] },
            complete with { Artifacts = [artifact with { Name = null! }] },
            complete with { Artifacts = [artifact with { Name = "../voice.wav" }] },
            complete with { Artifacts = [artifact with { Uri = null! }] },
            complete with { Artifacts = [artifact with { Uri = "../../etc/passwd" }] },
            complete with { Artifacts = [artifact with { Uri = "/etc/passwd" }] },
            complete with { Artifacts = [artifact with { Uri = "a\\..\\b" }] },
            complete with { Artifacts = [artifact with { Uri = "a\0b" }] },
            complete with { Artifacts = [artifact with { MediaType = "audio/wav\r\nX-Header: 1" }] },
            complete with { Artifacts = [artifact with { Sha256 = null! }] },
            new FailStage("work", null, null!),
            new FailStage(default, null, "error"),
            new FailStage("work", null, "error", "a\nb"),
            new ReleaseStage(default, 1),
            new DeclareWorkerLost(null!),
            new DeclareWorkerLost("a\u001b[2Jb"),
            new RestartWorker(null!),
            new RetryTask { Stages = [default] },
            new RetryTask { Stages = [Forged.Stage("a\nb")] },
            new RetryTask { Stages = [.. Enumerable.Repeat(StageName.Parse("work"), Limits.MaxStages + 1)] },
            new StartNow(Forged.Stage("a\nb")),
            new SkipStage(default),
            new SkipStage(Forged.Stage("a\u001b[2Jb")),
            new ChangePriority(Limits.MaxPriority + 1),
            new AmendTask { Priority = Limits.MaxPriority + 1 },
            new AmendTask { RemovedLabels = [null!] },
            new AmendTask { Labels = ImmutableSortedDictionary<string, string>.Empty.Add("a\nb", "") },
            new AmendTask { Labels = ImmutableSortedDictionary<string, string>.Empty.Add("a", null!) },
            new SaveTask(1, JsonText.Parse("{}")),
            new SaveTask(1, JsonText.Parse("null")),
            new SaveTask(1, JsonText.Parse("[1]")),
            new SaveTask(1, JsonText.Parse("""{"task_id":"../../x"}""")),
            new SaveTask(1, JsonText.Parse($$$$"""{"task_id":"{{{{task}}}}","stages":{"a\u0000b":{"name":"a\u0000b"}}}""")),
            new SaveTask(1, JsonText.Parse($$$$$"""{"task_id":"{{{{{task}}}}}","stages":{"a":{"name":"a","artifacts":{"x":"\u001b[2J"}}}}""")),
            new SaveTask(1, JsonText.Parse($$"""{"task_id":"{{task}}","current_stage":"a\u0000b"}""")),
            new SaveTask(1, JsonText.Parse($$"""{"task_id":"{{task}}","errors":[null]}""")),
        ];
    }
}
