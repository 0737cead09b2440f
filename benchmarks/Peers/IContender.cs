namespace VideoGen.Benchmarks.Peers;

/// <summary>One row of a table: something that keeps tasks and takes progress reports on them.</summary>
internal interface IContender : IAsyncDisposable
{
    string Name { get; }

    /// <summary>What an acknowledged report has survived, in a few words.</summary>
    string Durability { get; }

    /// <summary>Puts that many tasks in place.</summary>
    Task PrepareAsync(int tasks);

    /// <summary>Reports progress; done when it is acknowledged.</summary>
    Task ReportAsync(int task, int caller, long number);
}
