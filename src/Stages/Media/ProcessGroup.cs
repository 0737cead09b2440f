using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace VideoGen.Stages.Media;

/// <summary>Signals to a process and to all that it started.</summary>
internal static partial class ProcessGroup
{
    private const int SigKill = 9;
    private const int SigTerm = 15;

    private static readonly ConcurrentDictionary<int, Action?> Bound = [];

    static ProcessGroup() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var (leader, alsoDo) in Bound)
        {
            Kill(leader);
            alsoDo?.Invoke();
        }
    };

    /// <summary>
    /// Ends the group when this process exits, until the returned binding is disposed. A killed process has no time for that; the kernel sees to its
    /// children.
    /// </summary>
    /// <param name="leader">Who heads the group.</param>
    /// <param name="alsoDo">What is to be done besides.</param>
    public static IDisposable BindToThisProcess(int leader, Action? alsoDo = null) => new Binding(leader, alsoDo);

    /// <summary>Asks the group that <paramref name="leader"/> heads to end.</summary>
    public static void Terminate(int leader) => Signal(leader, SigTerm);

    /// <summary>Ends the group that <paramref name="leader"/> heads; none of its members can refuse.</summary>
    public static void Kill(int leader) => Signal(leader, SigKill);

    /// <summary>Ends one process.</summary>
    public static void KillOne(int process)
    {
        if (process > 1)
        {
            // The only possible failure is that it has ended meanwhile.
            _ = SendSignal(process, SigKill);
        }
    }

    /// <summary>Ends a process and its descendants where there are no groups.</summary>
    public static void KillTree(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            // It ended by itself.
        }
    }

    private static void Signal(int leader, int signal)
    {
        if (leader > 1)
        {
            // The only possible failure is that no process of the group is left.
            _ = SendSignal(-leader, signal);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int processOrGroup, int signal);

    private sealed class Binding : IDisposable
    {
        private readonly int _leader;

        public Binding(int leader, Action? alsoDo)
        {
            _leader = leader;
            Bound[leader] = alsoDo;
        }

        public void Dispose() => Bound.TryRemove(_leader, out _);
    }
}
