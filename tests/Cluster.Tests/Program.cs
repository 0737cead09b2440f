using VideoGen.Cluster.Tests.Processes;
using Xunit.Runner.InProc.SystemConsole;

// The runner of the tests; or, with "update" before anything else, a process that updates a task of a cluster.
return args is ["update", ..] ? await UpdaterProgram.RunAsync(args[1..]) : await ConsoleRunner.Run(args);
