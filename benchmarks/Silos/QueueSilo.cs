using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;

namespace VideoGen.Benchmarks.Silos;

/// <summary>A silo for queues alone: it has no tasks, and no index from which offers would come back, so a queue holds all that it is offered.</summary>
internal static class QueueSilo
{
    public static Task<BenchmarkSilo> StartAsync() => BenchmarkSilo.StartAsync(silo =>
    {
        silo.AddMemoryGrainStorage(Stores.Tasks);
        silo.Services.AddSingleton<ITaskIndex, NoIndex>();
    });

    private sealed class NoIndex : ITaskIndex
    {
        private static readonly NotSupportedException Nothing = new("There are no tasks here.");

        public Task<TaskPage> QueryAsync(TaskQuery query, CancellationToken cancellationToken) => throw Nothing;

        public Task<TaskCounts> CountAsync(TaskQuery query, CancellationToken cancellationToken) => throw Nothing;

        public Task<ImmutableArray<TaskId>> FindOwedAsync(DateTimeOffset untouchedSince, int limit, CancellationToken cancellationToken) => throw Nothing;

        public Task<int> PurgeDeletedAsync(DateTimeOffset before, CancellationToken cancellationToken) => throw Nothing;
    }
}
