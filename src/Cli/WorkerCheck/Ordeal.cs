namespace VideoGen.Cli.WorkerCheck;

/// <summary>What the hostile cluster does to a worker with one stage.</summary>
internal enum Ordeal
{
    /// <summary>Nothing bad.</summary>
    Plain,

    /// <summary>The first report hears that the task is cancelled.</summary>
    Cancelled,

    /// <summary>The first report hears that the task is paused.</summary>
    Paused,

    /// <summary>The first report hears that the lease is gone.</summary>
    LeaseGone,

    /// <summary>The stage of before comes again, under another lease.</summary>
    OfferedAgain,

    /// <summary>The end arrives, and its answer does not.</summary>
    EndUnanswered,

    /// <summary>The stage is given, and the answer that gives it is lost.</summary>
    QuestionUnanswered,

    /// <summary>The cluster has too much to do.</summary>
    Busy,

    /// <summary>The answer to a question is cut off.</summary>
    CutOff,

    /// <summary>A report is answered with a 500.</summary>
    ReportFails,

    /// <summary>A report hears that the worker is to drain.</summary>
    Drained,
}
