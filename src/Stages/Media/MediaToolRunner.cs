using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.ComponentModel;
using System.Runtime.ExceptionServices;
using CliWrap;
using VideoGen.Client.Stages;

namespace VideoGen.Stages.Media;

/// <summary>
/// Runs programs as children that can't outlive their purpose: each heads a process group of its own, which is ended after the deadline and
/// when the work is cancelled, and the kernel ends it when this process is killed. Errors are <see cref="StageFailedException"/>s in a person's words.
/// </summary>
internal sealed class MediaToolRunner(MediaOptions options, TimeProvider time)
{
    /// <summary>The C library's words for a full disk. ffmpeg sometimes prints them and still ends with 0.</summary>
    private const string DiskFull = "No space left on device";

    private readonly ConcurrentDictionary<(string? Setsid, string? Setpriv), Task<ToolLeash>> _leashes = [];

    public MediaOptions Options => options;

    /// <summary>The absolute path of a program, or null where it is not installed.</summary>
    public string? Find(MediaTool tool) => FindProgram(tool.Program);

    /// <inheritdoc cref="Find"/>
    public string? FindProgram(string program)
    {
        foreach (var folder in (options.SearchPath ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var path = Path.GetFullPath(Path.Combine(folder, OperatingSystem.IsWindows() ? program + ".exe" : program));
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }

    /// <summary>What is to be said where the program is not installed; null where it is.</summary>
    public string? LackOf(MediaTool tool) => Find(tool) is null ? $"{tool.Program} is not installed. {Advice(tool)}." : null;

    /// <summary>What is to be said of those of the programs that are not installed.</summary>
    public Task<ImmutableArray<string>> MissingAsync(params ReadOnlySpan<MediaTool> tools)
    {
        var missing = ImmutableArray.CreateBuilder<string>();
        foreach (var tool in tools)
        {
            if (LackOf(tool) is { } lack)
            {
                missing.Add(lack);
            }
        }

        return Task.FromResult(missing.ToImmutable());
    }

    /// <summary>What stands before every program that is started on this machine.</summary>
    public async Task<ToolLeash> LeashAsync()
    {
        var tools = (Setsid: Find(MediaTool.Setsid), Setpriv: Find(MediaTool.Setpriv));
        var trial = _leashes.GetOrAdd(tools, static (tools, time) => ToolLeash.OfAsync(tools.Setsid, tools.Setpriv, time), time);
        var leash = await trial.ConfigureAwait(false);
        if (!leash.IsKnown)
        {
            _leashes.TryRemove(new(tools, trial));
        }

        return leash;
    }

    /// <exception cref="StageFailedException">The program is missing, failed, or did not end in time.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled; the program and all that it started have ended.</exception>
    public async Task RunAsync(MediaRun run, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var program = Find(run.Tool) ?? throw NotInstalled(run.Tool);
        var leash = await LeashAsync().ConfigureAwait(false);
        string[] words = [.. leash.Words, program, .. run.Arguments];
        var tail = new OutputTail();
        var command = Cli.Wrap(words[0])
            .WithArguments(words[1..])
            .WithWorkingDirectory(run.WorkingDirectory)
            .WithValidation(CommandResultValidation.None)
            .WithStandardErrorPipe(PipeTarget.ToDelegate(tail.Add));
        if (run.OutputLine is not null)
        {
            command = command.WithStandardOutputPipe(PipeTarget.ToDelegate(run.OutputLine));
        }

        await using var input = run.WriteInput is { } write ? new ProgramInput(write, cancellationToken) : null;
        if (input is not null)
        {
            command = command.WithStandardInputPipe(PipeSource.Create(input.BeginAsync));
        }

        CommandTask<CommandResult> running;
        try
        {
            running = await StarterThread.RunAsync(() => command.ExecuteAsync(CancellationToken.None)).ConfigureAwait(false);
        }
        catch (Win32Exception exception)
        {
            throw new StageFailedException(
                $"{run.Tool.Program}.failed", $"{run.Purpose} failed: {program} could not be started: {exception.Message}", innerException: exception);
        }

        using var bound = leash.HasGroup ? ProcessGroup.BindToThisProcess(running.ProcessId) : null;
        var inTime = await WaitAsync(running, run.Timeout, input, leash.HasGroup, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (!inTime)
        {
            throw new StageFailedException(
                $"{run.Tool.Program}.timeout",
                $"{run.Purpose} did not end within {run.Timeout.TotalSeconds:0} seconds, so {run.Tool.Program} was stopped. "
                + $"Is the machine overloaded? {tail}".TrimEnd(),
                retryable: true);
        }

        // A broken pipe is a consequence; anything else that kept the input from being written is the cause.
        var result = await running.ConfigureAwait(false);
        if (input?.Failure is { } cause and not IOException)
        {
            ExceptionDispatchInfo.Throw(cause);
        }

        if (result.ExitCode != 0 || tail.Contains(DiskFull))
        {
            throw Failed(run, result.ExitCode, tail);
        }

        if (input?.Failure is { } brokenPipe)
        {
            ExceptionDispatchInfo.Throw(brokenPipe);
        }
    }

    /// <summary>Waits for the end of the program and of what writes to it, and forces both once the time is over or the work was cancelled.</summary>
    private async Task<bool> WaitAsync(
        CommandTask<CommandResult> running, TimeSpan timeout, ProgramInput? input, bool hasGroup, CancellationToken cancellationToken)
    {
        var inTime = true;
        Task? stopping = null;
        try
        {
            await running.Task.WaitAsync(timeout, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            inTime = false;
            stopping = input?.StopAsync();
            await EndAsync(running, hasGroup).ConfigureAwait(false);
        }

        await (stopping ?? input?.StopAsync() ?? Task.CompletedTask).ConfigureAwait(false);
        return inTime;
    }

    private async Task EndAsync(CommandTask<CommandResult> running, bool hasGroup)
    {
        if (!hasGroup)
        {
            ProcessGroup.KillTree(running.ProcessId);
        }
        else
        {
            ProcessGroup.Terminate(running.ProcessId);
            await ((Task)running.Task).WaitAsync(options.KillDelay, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ProcessGroup.Kill(running.ProcessId);
        }

        // A killed process ends at once. The bound is for one that the kernel cannot end, such as a process that waits for a broken disk.
        await ((Task)running.Task).WaitAsync(options.KillDelay, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static StageFailedException NotInstalled(MediaTool tool) => new(
        $"{tool.Program}.missing",
        $"{tool.Program} is not installed. {Advice(tool)}, then retry the task.");

    private static string Advice(MediaTool tool) =>
        $"Install the package {tool.Package} (apt-get install {tool.Package}, dnf install {tool.Package} or brew install {tool.Package})";

    private static StageFailedException Failed(MediaRun run, int exitCode, OutputTail tail) => tail.Contains(DiskFull)
        ? new("disk.full", $"{run.Purpose} failed: the disk of {run.WorkingDirectory} is full. Free some space, then retry the task.", retryable: true)
        : new($"{run.Tool.Program}.failed", $"{run.Purpose} failed: {run.Tool.Program} ended with exit code {exitCode}: {tail}", retryable: true);
}
