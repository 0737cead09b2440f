global using VideoGen.Cli.Rehearsal.Processes;
global using VideoGen.Client.Tests.Fixtures;
global using ToolProcess = VideoGen.Cli.Rehearsal.Processes.ChildProcess;
