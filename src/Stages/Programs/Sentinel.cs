using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using VideoGen.Stages.Media;

namespace VideoGen.Stages.Programs;

/// <summary>
/// A small process that outlives this one: when this one is killed, it ends the program of an attempt with all that the program started. The kernel does so for
/// the program alone. It learns of the death by the end of a pipe of which only this process holds the other end.
/// </summary>
internal sealed class Sentinel : IDisposable
{
    /// <summary>The first line is the leader of the group; a second one means that all is well. Who is marked as of this attempt goes as well.</summary>
    private const string Script = """
        read -r leader
        read -r well && exit 0
        [ -z "$leader" ] || kill -s KILL -- "-$leader"
        for environ in /proc/[0-9]*/environ; do
            if grep -qzxF "$1" "$environ" 2>/dev/null; then
                process=${environ#/proc/}
                kill -s KILL "${process%/environ}"
            fi
        done
        """;

    private readonly Process? _process;

    private Sentinel(Process? process)
    {
        _process = process;
    }

    /// <summary>To be started before the program. One that does nothing where there is no shell.</summary>
    /// <param name="setsid">Puts it into a session of its own, so that what ends this process at a terminal does not end it.</param>
    /// <param name="folder">That of the attempt.</param>
    public static async Task<Sentinel> StartAsync(string setsid, string folder)
    {
        string[] arguments = ["sh", "-c", Script, "sentinel", $"{ProgramFolder.MarkVariable}={folder}"];
        var start = new ProcessStartInfo(setsid, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetPathRoot(Environment.CurrentDirectory),
        };
        try
        {
            return new Sentinel(await StarterThread.RunAsync(() => Process.Start(start)).ConfigureAwait(false));
        }
        catch (Win32Exception)
        {
            return new Sentinel(null);
        }
    }

    /// <param name="leader">The program, which heads a group.</param>
    public void Watch(int leader) => Tell(leader.ToString(CultureInfo.InvariantCulture));

    /// <summary>The attempt is over, and nothing of it is left.</summary>
    public void Dispose()
    {
        Tell("well");
        if (_process is not null)
        {
            _process.StandardInput.Close();
            _process.Dispose();
        }
    }

    private void Tell(string line)
    {
        try
        {
            _process?.StandardInput.Write(line + "\n");
            _process?.StandardInput.Flush();
        }
        catch (IOException)
        {
            // Somebody ended it; the kernel still ends the program.
        }
    }
}
