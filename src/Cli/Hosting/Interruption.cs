using System.Runtime.InteropServices;
using VideoGen.Cli.Exits;

namespace VideoGen.Cli.Hosting;

/// <summary>
/// Ctrl-C and TERM. The command is asked to end; after <see cref="Grace"/>, or at a second signal, the process ends whatever the command waits for.
/// A thread of its own sees to that, since a store that hangs may hold every thread of the pool. A patient command is asked first, and may take the time
/// that it needs; the next signal is then what the first one is to others.
/// </summary>
internal sealed partial class Interruption : IDisposable
{
    /// <summary>How long a command may take to come to its end after Ctrl-C.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(4.5);

    /// <summary>How long the process may take to exit, with all that is to be done at its exit.</summary>
    private static readonly TimeSpan ExitGrace = TimeSpan.FromSeconds(0.4);

    private const int SignalBase = 128;

    private const int TerminationSignal = 15;

    private readonly TextWriter _error;
    private readonly CancellationTokenSource _asked = new();
    private readonly CancellationTokenSource _hurried = new();
    private readonly ManualResetEventSlim _secondSignal = new();
    private readonly PosixSignalRegistration[] _signals;
    private int _count;

    public Interruption(TextWriter error)
    {
        _error = error;
        _signals = [PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal), PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal)];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Asked => _asked.Token;

    /// <summary>Cancelled by the signal after which the process does not wait for long; of a patient command that is the second one.</summary>
    public CancellationToken Hurried => _hurried.Token;

    /// <summary>Whether the first signal asks the command to end without saying when.</summary>
    public bool IsPatient { get; set; }

    public void Dispose() => Array.ForEach(_signals, signal => signal.Dispose());

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        var hurrying = IsPatient ? 2 : 1;
        var count = Interlocked.Increment(ref _count);
        if (count < hurrying)
        {
            _ = _asked.CancelAsync();
            return;
        }

        if (count > hurrying)
        {
            _secondSignal.Set();
            return;
        }

        var exitCode = context.Signal == PosixSignal.SIGINT ? ExitCode.Cancelled : SignalBase + TerminationSignal;
        new Thread(() => Watch(exitCode)) { IsBackground = true, Name = "Watchdog of Ctrl-C" }.Start();
        _ = _asked.CancelAsync();
        _ = _hurried.CancelAsync();
    }

    private void Watch(int exitCode)
    {
        _secondSignal.Wait(Grace);
        new Thread(() => ExitNow(exitCode)) { IsBackground = true }.Start();
        _error.WriteLine("videogen: It did not come to an end by itself in time. What was acknowledged is stored; the same command goes on from there.");
        Environment.Exit(exitCode);
    }

    private static void ExitNow(int exitCode)
    {
        Thread.Sleep(ExitGrace);
        if (OperatingSystem.IsWindows())
        {
            Environment.FailFast(null);
        }

        ExitProcess(exitCode);
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitProcess(int exitCode);
}
