using System.Collections.Concurrent;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Client.Tests.Fixtures;

/// <summary>Stands before the tasks of a silo, and lets a command in when the test says so.</summary>
internal sealed class CommandGate : IIncomingGrainCallFilter
{
    /// <summary>Called before each command of that task; the command waits for it. One that is sent again has the id that it had.</summary>
    public ConcurrentDictionary<string, Func<OperationId, TaskCommand, Task>> Before { get; } = [];

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.Grain is ITaskStateGrain
            && context.Request.GetArgumentCount() == 2
            && context.Request.GetArgument(0) is OperationId operation
            && context.Request.GetArgument(1) is TaskCommand command
            && Before.TryGetValue(context.TargetId.Key.ToString()!, out var before))
        {
            await before(operation, command);
        }

        await context.Invoke();
    }
}
