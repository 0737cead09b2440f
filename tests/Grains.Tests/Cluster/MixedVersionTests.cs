using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Workers;

namespace VideoGen.Grains.Tests.Cluster;

/// <summary>
/// F31: programs of two versions call each other, for as long as one likes. What goes over the wire only grows: a program leaves out the members that it does
/// not know, and takes those that are missing for nothing.
/// </summary>
public sealed class MixedVersionTests
{
    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    private ObjectSerializer Objects => _services.GetRequiredService<ObjectSerializer>();

    /// <summary>Whatever is sent as an object of its own.</summary>
    public static TheoryData<string> Sent =>
    [
        .. typeof(TaskCommand).Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && type.GetCustomAttribute<GenerateSerializerAttribute>() is not null)
            .Where(type => !typeof(Exception).IsAssignableFrom(type))
            .Select(type => type.FullName!)
            .Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Sent))]
    public void MembersOfALaterProgram_AreLeftOut(string name)
    {
        var type = typeof(TaskCommand).Assembly.GetType(name, throwOnError: true)!;
        var bytes = Written(RuntimeHelpers.GetUninitializedObject(type), type);
        var later = Written(new Later("more", 7, ["a", "b"], new Unheard(1, "x"), [new Unheard(2, "y")], 0.5), typeof(Later));
        Assert.Equal((bytes[0], bytes[^1]), (later[0], later[^1]));

        var read = Objects.Deserialize((ReadOnlySpan<byte>)[.. bytes[..^1], .. later[1..]], type)!;

        Assert.Equal(bytes, Written(read, type));
    }

    [Theory]
    [MemberData(nameof(Sent))]
    public void MembersThatAnOlderProgramDidNotSend_AreNothing(string name)
    {
        var type = typeof(TaskCommand).Assembly.GetType(name, throwOnError: true)!;
        object sender = typeof(TaskCommand).IsAssignableFrom(type) ? new BareOfOld() : new Nothing();
        Assert.IsType(type, Objects.Deserialize((ReadOnlySpan<byte>)Written(sender, sender.GetType()), type));
    }

    [Fact]
    public void AHandBackOfALaterWorker_IsAPlainReleaseToAnOlderSilo()
    {
        var old = _services.GetRequiredService<Serializer<ReleaseOfOld>>();
        var now = _services.GetRequiredService<Serializer<ReleaseStage>>();
        Assert.Equal(new ReleaseOfOld("work", 7), old.Deserialize(now.SerializeToArray(new ReleaseStage("work", 7) { Reason = "ffmpeg is missing" })));
        Assert.Equal(new ReleaseStage("work", 7), now.Deserialize(old.SerializeToArray(new ReleaseOfOld("work", 7))));
    }

    [Fact]
    public void ATaskOfAnOlderClient_SaysNothingOfItsFolder()
    {
        var old = _services.GetRequiredService<Serializer<CreateOfOld>>();
        var now = _services.GetRequiredService<Serializer<CreateTask>>();
        var create = new CreateTask(TaskId.Parse("t"), JsonText.EmptyObject, null) { Priority = 3, ArtifactFolder = new ArtifactFolder("ab", "/data") };
        var read = old.Deserialize(now.SerializeToArray(create))!;
        Assert.Equal((create.TaskId, 3), (read.TaskId, read.Priority));

        var sent = now.Deserialize(old.SerializeToArray(read))!;
        Assert.Equal((create.TaskId, 3, null, null), (sent.TaskId, sent.Priority, sent.ArtifactFolder, sent.FairShare));
    }

    [Fact]
    public void AReportOfAnOlderWorker_SaysNothingOfWhatItLacks()
    {
        var old = _services.GetRequiredService<Serializer<ReportOfOld>>();
        var now = _services.GetRequiredService<Serializer<WorkerReport>>();
        var profile = new WorkerProfile(new WorkerId("w", Guid.NewGuid()), ["work"], []);
        var report = new WorkerReport(profile, "1", 2, ["default"], []) { Problems = ["x"], Lacks = [new KindLack("work", "x")] };
        var read = old.Deserialize(now.SerializeToArray(report))!;
        Assert.Equal(("1", 2, "x"), (read.Version, read.Slots, read.Problems.Single()));

        var sent = now.Deserialize(old.SerializeToArray(read))!;
        Assert.Null(sent.Lacks);
        Assert.Null(sent.Check());
    }

    /// <summary>All that is empty is one list to a program in which the names of stages were texts.</summary>
    [Fact]
    public void EmptyListsOfAnOlderProgram_AreReadWhereverTheyStandInTheMessage()
    {
        var old = _services.GetRequiredService<Serializer<ImmutableArray<StageOfOld>>>();
        var now = _services.GetRequiredService<Serializer<ImmutableArray<StageDefinition>>>();
        ImmutableArray<StageOfOld> sent =
        [
            new StageOfOld { Name = "first" },
            new StageOfOld { Name = "second", DependsOn = ["first"] },
            new StageOfOld { Name = "third", Needs = ["gpu"] },
        ];

        var read = now.Deserialize(old.SerializeToArray(sent));

        Assert.Equal(["first", "second", "third"], read.Select(stage => stage.Name.Value));
        Assert.Equal([[], ["first"], []], read.Select(stage => stage.DependsOn.Select(name => name.Value).ToArray()));
        Assert.Equal([[], [], ["gpu"]], read.Select(stage => stage.Needs.ToArray()));
        Assert.Equal(["", "first", ""], old.Deserialize(now.SerializeToArray(read)).Select(stage => string.Join(",", stage.DependsOn)));
    }

    /// <summary>Programs of one version between read a list of names as nothing but that, so no list of texts may be sent as a reference to it.</summary>
    [Fact]
    public void EmptyListsOfThisProgram_AreReadByOneThatKnowsNamesAsSuch()
    {
        var between = _services.GetRequiredService<Serializer<ImmutableArray<StageOfBetween>>>();
        var now = _services.GetRequiredService<Serializer<ImmutableArray<StageDefinition>>>();
        ImmutableArray<StageDefinition> sent = [new() { Name = "first" }, new() { Name = "second", DependsOn = ["first"] }, new() { Name = "third" }];

        var bytes = now.SerializeToArray(sent);

        Assert.Equal(["", "first", ""], between.Deserialize(bytes).Select(stage => string.Join(",", stage.DependsOn)));
        var back = now.Deserialize(between.SerializeToArray(between.Deserialize(bytes)));
        Assert.Equal(["", "first", ""], back.Select(stage => string.Join(",", stage.DependsOn)));
    }

    private byte[] Written(object value, Type type)
    {
        var buffer = new byte[4_096];
        return buffer[..Objects.Serialize(value, buffer, type)];
    }
}

/// <summary>Members of a program to come, of each form that the wire has.</summary>
[GenerateSerializer]
internal sealed record Later(
    [property: Id(60)] string Text,
    [property: Id(61)] long Number,
    [property: Id(62)] ImmutableArray<string> List,
    [property: Id(63)] Unheard Thing,
    [property: Id(64)] object[] Things,
    [property: Id(65)] double Fraction);

/// <summary>A type that the reader has never heard of.</summary>
[GenerateSerializer, Alias("VideoGen.Tests.Unheard")]
internal sealed record Unheard([property: Id(0)] int Number, [property: Id(1)] string Text);

[GenerateSerializer]
internal sealed record Nothing;

[GenerateSerializer]
internal sealed record ReleaseOfOld([property: Id(0)] string Stage, [property: Id(1)] long Token) : CommandOfOld;

/// <summary>A task's creation as it was before tasks knew of their folder.</summary>
[GenerateSerializer]
internal sealed record CreateOfOld([property: Id(0)] TaskId TaskId, [property: Id(1)] JsonText InputConfig, [property: Id(2)] PipelineDefinition? Pipeline)
    : CommandOfOld
{
    [Id(3)] public ImmutableSortedDictionary<string, string>? Labels { get; init; }

    [Id(4)] public int Priority { get; init; }
}

/// <summary>A stage as it was when names of stages were texts.</summary>
[GenerateSerializer]
internal sealed record StageOfOld
{
    [Id(0)] public required string Name { get; init; }

    [Id(1)] public ImmutableArray<string> DependsOn { get; init; } = [];

    [Id(7)] public ImmutableArray<string> Needs { get; init; } = [];
}

/// <summary>A stage as it was when a list of names was of that type.</summary>
[GenerateSerializer]
internal sealed record StageOfBetween
{
    [Id(0)] public StageName Name { get; init; }

    [Id(1)] public ImmutableArray<StageName> DependsOn { get; init; } = [];

    [Id(7)] public ImmutableArray<string> Needs { get; init; } = [];
}

/// <summary>A worker's report as it was before workers said what they lack.</summary>
[GenerateSerializer]
internal sealed record ReportOfOld(
    [property: Id(0)] WorkerProfile Profile,
    [property: Id(1)] string Version,
    [property: Id(2)] int Slots,
    [property: Id(3)] ImmutableArray<string> Queues,
    [property: Id(4)] ImmutableArray<WorkerStage> Stages)
{
    [Id(7)] public ImmutableArray<string> Problems { get; init; } = [];

    [Id(9)] public ImmutableArray<EndedStage> Ended { get; init; } = [];
}
