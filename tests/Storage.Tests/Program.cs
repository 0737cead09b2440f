using Xunit.Runner.InProc.SystemConsole;

// The runner of the tests; or, with "child" before anything else, a process that a test starts in order to kill it or to fail it.
return args is ["child", ..] ? await VideoGen.Storage.Tests.Running.ChildProgram.RunAsync(args[1..]) : await ConsoleRunner.Run(args);
