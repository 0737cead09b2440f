using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text.Json;
using VideoGen.Benchmarks.Load;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Benchmarks.Peers;

/// <summary>
/// A JSON file for each task, replaced for every commit: a temporary file, fsync, rename, fsync of the folder. Commits of different tasks run side by
/// side on threads of their own, so that the file system can join their flushes.
/// </summary>
internal sealed partial class DurableFiles : IContender
{
    /// <summary>The best of 4, 16 and 64.</summary>
    private const int Writers = 4;

    private const int ReadOnlyDirectory = 0x10000;

    private readonly string _folder;
    private readonly int _folderDescriptor;
    private readonly BlockingCollection<(int Task, TaskCommand Command, TaskCompletionSource Done)> _waiting = [];
    private readonly Thread[] _writers;
    private TaskState[] _tasks = [];
    private Lock[] _locks = [];

    public DurableFiles(string folder)
    {
        _folder = Directory.CreateDirectory(folder).FullName;
        _folderDescriptor = Expect(Open(_folder, ReadOnlyDirectory));
        _writers = [.. Enumerable.Range(0, Writers).Select(_ => new Thread(WriteAll) { IsBackground = true })];
    }

    public string Name => $"One file for each commit, {Writers} writers";

    public string Durability => "file and folder fsynced";

    public Task PrepareAsync(int tasks)
    {
        _tasks = [.. Enumerable.Range(0, tasks).Select(task => SampleTask.Prepared(TaskId.Parse($"bench-{task:0000}"), TimeProvider.System.GetUtcNow()))];
        _locks = [.. _tasks.Select(_ => new Lock())];
        Array.ForEach(_writers, writer => writer.Start());
        return Task.CompletedTask;
    }

    public Task ReportAsync(int task, int caller, long number)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Add((task, SampleTask.Report(caller, number), done));
        return done.Task;
    }

    public ValueTask DisposeAsync()
    {
        _waiting.CompleteAdding();
        Array.ForEach(_writers, writer => writer.Join());
        _waiting.Dispose();
        return ValueTask.CompletedTask;
    }

    private void WriteAll()
    {
        foreach (var (task, command, done) in _waiting.GetConsumingEnumerable())
        {
            lock (_locks[task])
            {
                var next = SampleTask.Apply(_tasks[task], command, TimeProvider.System.GetUtcNow())!;
                Replace(Path.Combine(_folder, next.TaskId.Value + ".json"), JsonSerializer.SerializeToUtf8Bytes(next, TaskJson.Default.TaskState));
                _tasks[task] = next;
            }

            done.SetResult();
        }
    }

    private void Replace(string path, byte[] content)
    {
        var temporary = path + ".tmp";
        using (var file = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(file, content, 0);
            Expect(FSync((int)file.DangerousGetHandle()));
        }

        File.Move(temporary, path, overwrite: true);
        Expect(FSync(_folderDescriptor));
    }

    private static int Expect(int result) => result >= 0 ? result : throw new IOException($"errno {Marshal.GetLastPInvokeError()}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int descriptor);
}
