using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using VideoGen.Client.Tasks;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Benchmarks.Marks;

/// <summary>Ours, through the client that the product's users have.</summary>
internal sealed class VideoGenMarks(IGrainFactory grains) : IMarkedTasks
{
    private readonly PipelineClient _client = new(grains, TimeProvider.System, NullLogger<PipelineClient>.Instance);

    public async Task CreateAsync(string task)
    {
        foreach (var command in MarkCommands.Create(task))
        {
            Expect(await _client.ExecuteAsync(TaskId.Parse(task), command));
        }
    }

    public async Task MarkAsync(string task, string mark) => Expect(await _client.ExecuteAsync(TaskId.Parse(task), MarkCommands.Mark(mark)));

    public async Task<ImmutableArray<string>> ReadAsync(string task) => (await _client.ReadAsync(TaskId.Parse(task)))?.ToState().Errors ?? [];

    private static void Expect(TaskReply reply)
    {
        if (reply.IsRefused)
        {
            throw new InvalidOperationException($"A command was refused: {reply.Reason} {reply.Message}");
        }
    }
}
