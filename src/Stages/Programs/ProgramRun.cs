using System.Diagnostics;
using VideoGen.Stages.Media;

namespace VideoGen.Stages.Programs;

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">128 and the number of the signal for one that was killed.</param>
/// <param name="LeftBehind">Processes that it started and did not wait for. They were ended.</param>
internal readonly record struct ProgramEnd(int ExitCode, int LeftBehind);

/// <summary>One run of a program at the head of a process group of its own. When it is over, nothing that the program started is left.</summary>
/// <param name="leash">What stands before the program.</param>
/// <param name="grace">How long the program has to end by itself once it was asked to.</param>
/// <param name="time">By which that is counted.</param>
internal sealed class ProgramRun(ToolLeash leash, TimeSpan grace, TimeProvider time)
{
    /// <summary>How long the pipes of a program are read to their end when it is no more: somebody whom nothing here can end may hold them.</summary>
    private static readonly TimeSpan PipePatience = TimeSpan.FromSeconds(2);

    /// <summary>How long what a program started has to end after it, as the ends of its pipes do.</summary>
    private static readonly TimeSpan StragglerPatience = TimeSpan.FromSeconds(0.5);

    private static readonly TimeSpan StragglerInterval = TimeSpan.FromMilliseconds(25);

    /// <exception cref="System.ComponentModel.Win32Exception">The program cannot be started.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled; the program and all that it started have ended.</exception>
    public async Task<ProgramEnd> RunAsync(ProgramLine line, ProgramFolder folder, ProgramVoice voice, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var sentinel = leash.HasGroup && OperatingSystem.IsLinux() ? await Sentinel.StartAsync(leash.Words[0], folder.Root).ConfigureAwait(false) : null;
        using var process = await StarterThread.RunAsync(() => Start(line, folder)).ConfigureAwait(false);
        using var bound = leash.HasGroup ? ProcessGroup.BindToThisProcess(process.Id, () => Stragglers.EndAll(folder.Root, ProcessGroup.KillOne)) : null;
        sentinel?.Watch(process.Id);
        using var enough = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        process.StandardInput.Close();
        var reading = Task.WhenAll(
            BoundedLines.ReadAsync(process.StandardOutput.BaseStream, voice.HearOutput, enough.Token),
            BoundedLines.ReadAsync(process.StandardError.BaseStream, voice.HearError, enough.Token));
        var exit = process.WaitForExitAsync(CancellationToken.None);
        await exit.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!exit.IsCompleted)
        {
            await AskToEndAsync(process.Id, exit).ConfigureAwait(false);
        }
        else
        {
            await WaitForStragglersAsync(folder.Root, cancellationToken).ConfigureAwait(false);
        }

        var leftBehind = EndRest(process.Id, folder.Root);

        // A killed process ends at once. The bound is for one that the kernel cannot end, such as a process that waits for a broken disk.
        await exit.WaitAsync(grace + PipePatience, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        enough.CancelAfter(PipePatience);
        await reading.WaitAsync(PipePatience + PipePatience, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        return new ProgramEnd(process.ExitCode, leftBehind);
    }

    private Process Start(ProgramLine line, ProgramFolder folder)
    {
        string[] words = [.. leash.Words, .. line.Words];
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            WorkingDirectory = folder.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        folder.Fill(start.Environment);
        return Process.Start(start)!;
    }

    private async Task AskToEndAsync(int id, Task exit)
    {
        if (leash.HasGroup)
        {
            ProcessGroup.Terminate(id);
            await exit.WaitAsync(grace, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WaitForStragglersAsync(string folder, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (!cancellationToken.IsCancellationRequested && time.GetElapsedTime(began) < StragglerPatience && Stragglers.Any(folder))
        {
            await Task.Delay(StragglerInterval, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private int EndRest(int id, string folder)
    {
        var leftBehind = Stragglers.EndAll(folder, ProcessGroup.KillOne);
        (leash.HasGroup ? ProcessGroup.Kill : (Action<int>)ProcessGroup.KillTree)(id);
        return leftBehind;
    }
}
