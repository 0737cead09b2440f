using VideoGen.Cluster.Tests.Processes;
using Xunit.Runner.InProc.SystemConsole;

[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]

// The runner of the tests; or another process of a cluster: "update" updates tasks, "work" does stages.
return args switch
{
    ["update", ..] => await UpdaterProgram.RunAsync(args[1..]),
    ["work", ..] => await WorkerProgram.RunAsync(args[1..]),
    _ => await ConsoleRunner.Run(args),
};
