global using VideoGen.Cli.Rehearsal.Processes;
global using ToolProcess = VideoGen.Cli.Rehearsal.Processes.ChildProcess;
