namespace VideoGen.Benchmarks.Peers;

/// <summary>A system that does pipelines of stages that follow each other, each of which reports its progress once and does nothing else.</summary>
internal interface IPipelinePeer : IAsyncDisposable
{
    string Name { get; }

    /// <summary>What is on disk when a stage has ended.</summary>
    string Durability { get; }

    /// <summary>Pipelines of one round: enough for a second or two.</summary>
    int Pipelines { get; }

    /// <summary>
    /// Rounds that are not counted. A round of a second does not reach the end of a compiler's work, neither ours nor that of Node; and a system that takes
    /// much longer for a stage than its code does needs few.
    /// </summary>
    int WarmUp { get; }

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

    public const int WarmUp = 6;
}
