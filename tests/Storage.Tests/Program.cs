using VideoGen.Storage.Tests.Running;
using Xunit.Runner.InProc.SystemConsole;

// The runner of the tests; or, with "child" before anything else, a process that a test starts in order to kill it or to fail it.
return args switch
{
    ["child", "unsure", ..] => await UnsureProgram.RunAsync(args[2..]),
    ["child", ..] => await ChildProgram.RunAsync(args[1..]),
    _ => await ConsoleRunner.Run(args),
};
