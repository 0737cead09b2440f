using System.Reflection;
using Microsoft.Extensions.Time.Testing;
using VideoGen.Grains.Queues;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.Slots;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Tests;

namespace VideoGen.Grains.Tests.Queues;

/// <summary>The slots of a start whose outcome nobody knows stay taken until a durable state says what became of it.</summary>
public sealed class StartAdmissionTests
{
    private static readonly TaskState Waiting =
        Situations.Created(Situations.Pipeline(Situations.Stage("work") with { Limits = [new StageLimit("gpu")] }));

    private readonly IGrainFactory _grains = DispatchProxy.Create<IGrainFactory, Limited>();
    private readonly StartAdmission _admission;

    public StartAdmissionTests()
    {
        ((Limited)(object)_grains).Ended = Ended;
        _admission = new StartAdmission(_grains, new QueueGates(new GrainReferences<IStageQueueGrain>(_grains), new FakeTimeProvider()));
    }

    private List<string> Ended { get; } = [];

    [Fact]
    public async Task AStartThatTurnsOutNotToBeStored_GivesItsSlotsBackThen()
    {
        await BeginInDoubtAsync();
        Assert.Empty(Ended);

        _admission.Published("t", Waiting);

        Assert.Equal(["t/work"], Ended);
    }

    [Fact]
    public async Task AStartThatTurnsOutToBeStored_KeepsItsSlotsUntilItsLeaseIsGone()
    {
        await BeginInDoubtAsync();
        var begun = Assert.IsType<TaskDecision.Changed>(TaskTransitions.Decide(
            Waiting, new StartStage("work", Situations.Worker, Situations.Lease), Situations.Context() with { Granted = "work" })).Next;

        _admission.Published("t", begun);
        Assert.Empty(Ended);

        _admission.Published("t", Waiting);
        Assert.Equal(["t/work"], Ended);
    }

    private async Task BeginInDoubtAsync()
    {
        Assert.Null(await _admission.ObjectionAsync(Waiting.TaskId, Waiting.Stages[0], Situations.Worker));
        _admission.LeaveInDoubt("work");
    }

#pragma warning disable CA1852 // The proxy derives from it at run time.
    private class Limited : DispatchProxy
#pragma warning restore CA1852
    {
        public List<string> Ended { get; set; } = [];

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            switch (targetMethod!.Name)
            {
                case nameof(IGrainFactory.GetGrain):
                    var grain = targetMethod.GetGenericArguments()[0] == typeof(ILimitGrain)
                        ? (object)Create<ILimitGrain, Limited>()
                        : Create<IStageQueueGrain, Limited>();
                    ((Limited)grain).Ended = Ended;
                    return grain;
                case nameof(IStageQueueGrain.AdmitAsync):
                    return Task.FromResult(new QueueAdmission(null));
                case nameof(ILimitGrain.UseAsync):
                    return Task.FromResult<string?>(null);
                case nameof(ILimitGrain.EndAsync):
                    Ended.Add($"{args![0]}/{args[1]}");
                    return Task.CompletedTask;
                default:
                    throw new NotSupportedException(targetMethod.Name);
            }
        }
    }
}
