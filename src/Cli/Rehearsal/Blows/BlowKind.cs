namespace VideoGen.Cli.Rehearsal.Blows;

internal enum BlowKind
{
    KillWorkers,

    KillSilo,

    KillSiloAndWorker,

    /// <summary>Past its lease, while another one is killed.</summary>
    StopWorker,

    /// <summary>For so short a time that it stays in the cluster.</summary>
    StopSilo,

    /// <summary>It sleeps past its death, and leaves when it wakes.</summary>
    StopSiloForGood,

    /// <summary>Clients and workers lose the way to one silo, which lives on.</summary>
    CutGateway,

    /// <summary>The other silos lose the way to this one.</summary>
    CutSilo,

    /// <summary>No silo reaches the list of silos.</summary>
    CutRedis,

    /// <summary>The list of silos is lost.</summary>
    EmptyRedis,

    FillDisk,
}
