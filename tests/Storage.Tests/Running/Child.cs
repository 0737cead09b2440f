using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace VideoGen.Storage.Tests.Running;

/// <summary>This program again, as a child that writes to a store. The parent keeps what it acknowledged.</summary>
internal sealed class Child : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task _reading;
    private readonly ConcurrentQueue<string> _lines = [];

    private Child(ProcessStartInfo start)
    {
        _process = Process.Start(start) ?? throw new InvalidOperationException("The child did not start.");
        _reading = ReadAsync();
    }

    /// <summary>The highest acknowledged version of each task.</summary>
    public ConcurrentDictionary<string, long> Acknowledged { get; } = [];

    public IEnumerable<string> Lines => _lines;

    public int Id => _process.Id;

    /// <param name="arguments">See <see cref="ChildProgram"/>.</param>
    /// <param name="wrapper">A program that runs the child, with its own arguments: strace.</param>
    public static Child Start(string[] arguments, params string[] wrapper)
    {
        var command = new[] { Environment.ProcessPath!, Path.Combine(AppContext.BaseDirectory, "VideoGen.Storage.Tests.dll") };
        if (!Path.GetFileNameWithoutExtension(command[0]).Equals("dotnet", StringComparison.Ordinal))
        {
            command = [Path.Combine(AppContext.BaseDirectory, "VideoGen.Storage.Tests")];
        }

        string[] all = [.. wrapper, .. command, "child", .. arguments];
        return new Child(new ProcessStartInfo(all[0], all[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false });
    }

    public async Task WaitForAcknowledgementsAsync(int count)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (_lines.Count < count && !_process.HasExited && !patience.IsCancellationRequested)
        {
            await Task.Delay(5, CancellationToken.None);
        }

        Assert.True(_lines.Count >= count, $"The child acknowledged {_lines.Count} of {count} writes: {string.Join('\n', _lines.TakeLast(5))}");
    }

    /// <summary>As kill -9 does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await WaitForExitAsync();
    }

    public async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        await _reading.WaitAsync(Patience);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        _ = _process.StandardError.ReadToEndAsync();
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            var parts = line.Split(' ');
            if (parts.Length == 2 && long.TryParse(parts[1], CultureInfo.InvariantCulture, out var version))
            {
                Acknowledged[parts[0]] = version;
            }

            _lines.Enqueue(line);
        }
    }
}
