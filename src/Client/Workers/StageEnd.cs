namespace VideoGen.Client.Workers;

/// <summary>How an attempt ended, as this worker sees it.</summary>
internal enum StageEnd
{
    Completed,
    Failed,

    /// <summary>Given back unfinished.</summary>
    Released,

    /// <summary>Given back since this worker cannot do it.</summary>
    HandedBack,

    /// <summary>The task was cancelled, the lease is another's, or no answer came: nothing that this worker did counts.</summary>
    Abandoned,
}
