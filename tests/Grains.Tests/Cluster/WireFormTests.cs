using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.State;

namespace VideoGen.Grains.Tests.Cluster;

/// <summary>
/// The types that check what they read: the bytes are those of generated codecs, and nothing comes out of them that the type would refuse.
/// </summary>
public sealed class WireFormTests
{
    /// <summary>Of what ids and JSON are made, good and bad.</summary>
    private static readonly string[] Pieces =
        ["a", "B", "7", ".", "_", "-", "/", "\\", "\0", " ", "ü", "\u001b", "{", "}", "[", "]", "\"", ":", ",", "1", "null", "{}", "\"x\"", "\\u", "d83d"];

    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    [Fact]
    public void TheBytes_AreThoseOfProgramsWithGeneratedCodecs()
    {
        var now = _services.GetRequiredService<Serializer<Carrier>>();
        var then = _services.GetRequiredService<Serializer<CarrierOfOld>>();
        foreach (var carrier in (Carrier[])
        [
            new(TaskId.Parse("task-1"), JsonText.Parse("""{"a":[1,2]}"""), JsonText.FromString("ü"), [TaskId.Parse("a"), TaskId.Parse("task-1")], "task-1")
            {
                Stage = "audio:1",
                Stages = ["audio:1", "parse", "audio:1"],
            },
            new(TaskId.Parse("task-1"), default, null, [], "after") { Stages = [] },
            new(TaskId.Parse("task-1"), default, null, [], "work") { Stage = StageName.Parse("work"), Stages = default },
        ])
        {
            var twin = new CarrierOfOld(
                IdOfOld.Of(carrier.Id.Value),
                JsonOfOld.Of(carrier.Json == default ? null : carrier.Json.Value),
                carrier.Maybe is { } maybe ? JsonOfOld.Of(maybe.Value) : null,
                [.. carrier.Ids.Select(id => IdOfOld.Of(id.Value))],
                carrier.Text)
            {
                Stage = carrier.Stage.Value,
                Stages = carrier.Stages.IsDefault ? default : [.. carrier.Stages.Select(stage => stage.Value)],
            };
            var bytes = then.SerializeToArray(twin);
            Assert.Equal(bytes, now.SerializeToArray(carrier));

            var read = now.Deserialize(bytes)!;
            Assert.Equal((carrier.Id, carrier.Json, carrier.Maybe, carrier.Text), (read.Id, read.Json, read.Maybe, read.Text));
            Assert.Equal(carrier.Ids, read.Ids);
            Assert.Equal((carrier.Stage, carrier.Stages.IsDefault), (read.Stage, read.Stages.IsDefault));
            Assert.Equal(carrier.Stages.AsSpan(), read.Stages.AsSpan());
        }
    }

    [Fact]
    public void AnyId_ComesThroughOrIsRefused()
    {
        var serializer = _services.GetRequiredService<Serializer<TaskId>>();
        var (through, refused) = (0, 0);
        foreach (var text in Texts(seed: 1))
        {
            var bytes = serializer.SerializeToArray(Forged.Id(text));
            if (TaskId.TryParse(text, out var id, out _))
            {
                Assert.Equal(id, serializer.Deserialize(bytes));
                through++;
            }
            else
            {
                Assert.Equal(default, serializer.Deserialize(bytes));
                refused++;
            }
        }

        Assert.True(through > 100 && refused > 100, $"{through} came through, {refused} were refused.");
    }

    [Fact]
    public void AnyStageName_ComesThroughOrIsRefused()
    {
        var serializer = _services.GetRequiredService<Serializer<StageName>>();
        var (through, refused) = (0, 0);
        foreach (var text in Texts(seed: 4))
        {
            var read = serializer.Deserialize(serializer.SerializeToArray(Forged.Stage(text)));
            _ = StageName.TryParse(text, out var name, out _) ? through++ : refused++;
            Assert.Equal((name, name.Unit), (read, read.Unit));
        }

        Assert.True(through > 100 && refused > 100, $"{through} came through, {refused} were refused.");
    }

    [Fact]
    public void AnyJson_ComesThroughOrIsRefused()
    {
        var serializer = _services.GetRequiredService<Serializer<JsonText>>();
        var (through, refused) = (0, 0);
        foreach (var text in Texts(seed: 2))
        {
            var bytes = serializer.SerializeToArray(Forged.Json(text));
            if (TryParse(text) is { } json)
            {
                Assert.Equal(json, serializer.Deserialize(bytes));
                through++;
            }
            else
            {
                var malformed = serializer.Deserialize(bytes);
                Assert.True(malformed.IsMalformed, text);

                // From the silo of the gateway it goes on to that of the task.
                Assert.True(serializer.Deserialize(serializer.SerializeToArray(malformed)).IsMalformed, text);
                refused++;
            }
        }

        Assert.True(through > 100 && refused > 100, $"{through} came through, {refused} were refused.");
    }

    [Fact]
    public void AnyBytes_MakeAValueThatTheTypeAllowsOrNone()
    {
        var ids = _services.GetRequiredService<Serializer<TaskId>>();
        var texts = _services.GetRequiredService<Serializer<JsonText>>();
        var names = _services.GetRequiredService<Serializer<StageName>>();
        var random = new Random(3);
        var id = ids.SerializeToArray(TaskId.Parse("task-1"));
        var name = names.SerializeToArray("audio:1");
        var text = texts.SerializeToArray(JsonText.Parse("""{"a":1}"""));
        for (var i = 0; i < 5_000; i++)
        {
            if (Read(ids, Spoilt(id)) is { Value: not null } read)
            {
                Assert.True(TaskId.TryParse(read.Value, out _, out _), read.Value);
            }

            if (Read(names, Spoilt(name)) is { Value: not null } stage)
            {
                Assert.True(StageName.TryParse(stage.Value, out _, out _), stage.Value);
            }

            if (Read(texts, Spoilt(text)) is { IsMalformed: false } json)
            {
                Assert.NotNull(TryParse(json.Value));
            }
        }

        byte[] Spoilt(byte[] bytes)
        {
            byte[] spoilt = [.. bytes];
            spoilt[random.Next(spoilt.Length)] = (byte)random.Next(256);
            return spoilt;
        }
    }

    [Fact]
    public void ACallWithinTheSilo_CopiesNeitherIdsNorJson()
    {
        var create = new CreateTask(TaskId.Parse("task-1"), JsonText.Parse("""{"a":1}"""), null);
        Assert.Same(create, _services.GetRequiredService<DeepCopier<CreateTask>>().Copy(create));
        Assert.Same(create.InputConfig.Value, _services.GetRequiredService<DeepCopier<JsonText>>().Copy(create.InputConfig).Value);
        Assert.Same("work:1", _services.GetRequiredService<DeepCopier<StageName>>().Copy("work:1").Value);
        Assert.Same(create.TaskId.Value, _services.GetRequiredService<DeepCopier<TaskId>>().Copy(create.TaskId).Value);
    }

    [Fact]
    public void AnOfferOfAnOlderProgram_HasNoShareAndNoLimits()
    {
        var old = new OfferOfOld(TaskId.Parse("t"), "kind:1", 1, 3, DateTimeOffset.UnixEpoch, ["gpu"]);
        var now = _services.GetRequiredService<Serializer<StageOffer>>();
        var read = now.Deserialize(_services.GetRequiredService<Serializer<OfferOfOld>>().SerializeToArray(old))!;
        Assert.Equal((old.Stage, old.Priority, null, null), (read.Stage, read.Priority, read.FairShare, read.Limits));
        Assert.Null(read.Check());

        var full = read with { FairShare = new FairShare("team", 2.5), Limits = [new StageLimit("gpu", 2)] };
        var copy = now.Deserialize(now.SerializeToArray(full))!;
        Assert.Equal((full.FairShare, full.Limits!.Value.Single()), (copy.FairShare, copy.Limits!.Value.Single()));
        Assert.NotNull((full with { FairShare = new FairShare("team", double.NaN) }).Check());
        Assert.NotNull((full with { Limits = [null!] }).Check());
    }

    /// <summary>Silos and clients of two versions call each other: what one of them does not know is left out, and read as nothing.</summary>
    [Fact]
    public void CommandsThatGrew_AreReadByProgramsFromBefore()
    {
        var old = _services.GetRequiredService<Serializer<BareOfOld>>().SerializeToArray(new BareOfOld());
        Assert.True(_services.GetRequiredService<Serializer<RetryTask>>().Deserialize(old)!.Stages.IsDefaultOrEmpty);
        Assert.False(_services.GetRequiredService<Serializer<PauseTask>>().Deserialize(old)!.AfterStages);
        Assert.Null(_services.GetRequiredService<Serializer<CheckDeadlines>>().Deserialize(old)!.Retention);

        var bare = _services.GetRequiredService<Serializer<BareOfOld>>();
        var retry = _services.GetRequiredService<Serializer<RetryTask>>();
        Assert.NotNull(bare.Deserialize(retry.SerializeToArray(new RetryTask { Stages = ["work"] })));
        Assert.NotNull(bare.Deserialize(_services.GetRequiredService<Serializer<PauseTask>>().SerializeToArray(new PauseTask { AfterStages = true })));
        Assert.Equal(["work"], retry.Deserialize(retry.SerializeToArray(new RetryTask { Stages = ["work"] }))!.Stages);

        // What every command may bring along is the same: it costs nothing where it is not there.
        var condition = new RetryTask { Stages = ["work"], IfVersion = 7, Origin = new ActOrigin("ada", "10.0.0.1", "lunch") };
        Assert.NotNull(bare.Deserialize(retry.SerializeToArray(condition)));
        Assert.Equal((0L, null), (retry.Deserialize(old)!.IfVersion, retry.Deserialize(old)!.Origin));
        Assert.Equal(old.Length, _services.GetRequiredService<Serializer<CancelTask>>().SerializeToArray(new CancelTask()).Length);
    }

    [Fact]
    public void Steering_ComesThroughAsItIs()
    {
        var serializer = _services.GetRequiredService<Serializer<TaskCommand>>();
        foreach (var command in (TaskCommand[])
            [new StartNow(), new StartNow("work"), new SkipStage("work"), new SkipStage("work", "not needed"), new ChangePriority(-7), new PauseTask(),
                new CancelTask { IfVersion = 7, Origin = new ActOrigin("ada", "10.0.0.1", "lunch") }, new DeleteTask { Origin = new ActOrigin("bob") }])
        {
            Assert.Equal(command, serializer.Deserialize(serializer.SerializeToArray(command)));
        }
    }

    [Fact]
    public void CanDo_NeverThrows()
    {
        var worker = new WorkerProfile(new WorkerId("w", Guid.NewGuid()), ["kind"], ["gpu"]);
        var offer = new StageOffer(TaskId.Parse("t"), "kind:1", 1, 0, default, ["gpu"]);
        Assert.True(worker.CanDo(offer));
        Assert.False(worker.CanDo(null!));
        Assert.False(worker.CanDo(offer with { Stage = default }));
        Assert.False(worker.CanDo(offer with { Needs = default }));
        Assert.False(worker.CanDo(offer with { Needs = [null!] }));
        Assert.False((worker with { Kinds = default }).CanDo(offer));
        Assert.False((worker with { Capabilities = default }).CanDo(offer));
    }

    /// <summary>Random texts out of the pieces, most of them short, so that good ones are among them.</summary>
    private static IEnumerable<string> Texts(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 5_000; i++)
        {
            var text = new StringBuilder();
            for (var length = random.Next(random.Next(2) == 0 ? 3 : 40); length >= 0; length--)
            {
                text.Append(Pieces[random.Next(Pieces.Length)]);
            }

            yield return text.ToString();
        }
    }

    private static JsonText? TryParse(string text)
    {
        try
        {
            return JsonText.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Null when the bytes are refused, whatever for.</summary>
    private static T? Read<T>(Serializer<T> serializer, byte[] bytes)
        where T : struct
    {
        try
        {
            return serializer.Deserialize(bytes);
        }
#pragma warning disable CA1031 // Bytes that are no message fail in many ways, all of which are told to the sender.
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }
}
