using System.Collections.Concurrent;
using System.Diagnostics;

namespace VideoGen.Cluster.Tests.Processes;

/// <summary>A real process with its output kept. Disposing it kills it and waits for its end.</summary>
public sealed class ToolProcess : IAsyncDisposable
{
    /// <summary>How long anything here may take. Generous: it only ends what would never end.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = [];
    private readonly SemaphoreSlim _news = new(0);
    private bool _disposed;

    public ToolProcess(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? workingDirectory = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = workingDirectory ?? "",
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _process.StandardInput.Close();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Output => string.Join('\n', _lines);

    /// <summary>The first line, from the start of the process on, that holds the text.</summary>
    public async Task<string> WaitForLineAsync(string text)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            if (_lines.FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } found)
            {
                return found;
            }

            Assert.False(
                _process.HasExited && _news.CurrentCount == 0,
                $"The process ended with {(_process.HasExited ? _process.ExitCode : 0)} before it said '{text}':\n{Output}");
            try
            {
                await _news.WaitAsync(TimeSpan.FromSeconds(1), patience.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"The process did not say '{text}':\n{Output}");
            }
        }
    }

    public int CountOf(string text) => _lines.Count(line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>Waits until so many lines, from the start of the process on, hold the text.</summary>
    public async Task WaitForCountAsync(string text, int count)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (CountOf(text) < count)
        {
            Assert.False(_process.HasExited, $"The process ended before it said '{text}' {count} times:\n{Output}");
            Assert.False(patience.IsCancellationRequested, $"The process did not say '{text}' {count} times:\n{Output}");
            await Task.Delay(20, CancellationToken.None);
        }
    }

    public async Task<int> WaitForExitAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"The process did not end:\n{Output}");
        }

        return _process.ExitCode;
    }

    /// <summary>kill -9: nothing of the process gets to run any more. Its children go with it, as they would when a machine dies.</summary>
    public async Task KillAsync()
    {
        Kill();
        await _process.WaitForExitAsync();
    }

    /// <inheritdoc cref="KillAsync"/>
    public void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Sends a signal by its name: <c>INT</c>, <c>TERM</c>, <c>STOP</c>, <c>CONT</c>.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Safe to repeat.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!Interlocked.Exchange(ref _disposed, true))
        {
            await KillAsync();
            _process.Dispose();
            _news.Dispose();
        }
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _lines.Enqueue(line);
            _news.Release();
        }
    }
}
