namespace VideoGen.Benchmarks.Peers;

/// <summary>A system that does pipelines of stages that follow each other, each of which reports its progress once and does nothing else.</summary>
internal interface IPipelinePeer : IAsyncDisposable
{
    string Name { get; }

    /// <summary>What is on disk when a stage has ended.</summary>
    string Durability { get; }

    /// <summary>Pipelines of one round: enough for a second or two.</summary>
    int Pipelines { get; }

    /// <summary>Makes the pipelines while nobody works, and then does them all. The time is that of the doing.</summary>
    Task<TimeSpan> RunAsync(int pipelines);
}

/// <summary>What all of them do.</summary>
internal static class PipelineLoad
{
    public const int Stages = 7;

    /// <summary>Stages that a worker does at the same time.</summary>
    public const int Slots = 32;

    public const int Pipelines = 1_000;
}
